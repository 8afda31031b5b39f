/// The oxygen saturation of a subject, and what an oximeter puts into its PLX measurements (2A5F, 2A5E).
public struct OximeterParameters: Hashable, Sendable {
    /// Mean SpO2 in %.
    public var spO2: ScenarioNumber = 97
    /// 1/f noise of SpO2: standard deviation in %.
    public var variability = ScenarioNumber(thousandths: 400)
    /// Decimals of SpO2 and pulse rate, 0 or 1: the exponent of their SFLOAT words.
    public var decimals: Int64 = 0
    /// The fast-responding pair is sent.
    public var fast = false
    /// The slow-responding pair is sent.
    public var slow = false
    /// Measurement Status is sent.
    public var measurementStatus = true
    /// Device and Sensor Status is sent.
    public var deviceStatus = true
    /// Mean pulse amplitude index in %; 0 when it is not sent.
    public var pulseAmplitude: ScenarioNumber = 3
    /// Time between spot checks (2A5E, with the sensor's own time stamp); 0 for none.
    public var spotCheckEvery = ScenarioSpan(milliseconds: 0)

    /// A finger oximeter.
    public init() {}
}

extension OximeterParameters: Decodable {
    /// The keys of a `[sensor.oximeter]` table.
    enum CodingKeys: String, CodingKey, CaseIterable {
        case spO2 = "spo2"
        case variability, decimals, fast, slow
        case measurementStatus = "measurement_status"
        case deviceStatus = "device_status"
        case pulseAmplitude = "pulse_amplitude"
        case spotCheckEvery = "spot_check_every"
    }

    /// Reads what is given and keeps the defaults of the rest.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        spO2 = try keys.number(.spO2, spO2)
        variability = try keys.number(.variability, variability)
        decimals = try keys.whole(.decimals, decimals)
        fast = try keys.flag(.fast, fast)
        slow = try keys.flag(.slow, slow)
        measurementStatus = try keys.flag(.measurementStatus, measurementStatus)
        deviceStatus = try keys.flag(.deviceStatus, deviceStatus)
        pulseAmplitude = try keys.number(.pulseAmplitude, pulseAmplitude)
        spotCheckEvery = try keys.span(.spotCheckEvery, spotCheckEvery)
    }
}
