/// What a sensor tells of itself when it is read: Device Information, battery and clock.
public struct DeviceParameters: Hashable, Sendable {
    /// Manufacturer Name String (2A29).
    public var manufacturer = "Vitals Simulator"
    /// Model Number String (2A24); by the kind of sensor unless given.
    public var model: String?
    /// Serial Number String (2A25); by the address unless given.
    public var serial: String?
    /// Firmware Revision String (2A26).
    public var firmware = "1.0.0"
    /// Battery level at the start in %.
    public var battery: ScenarioNumber = 90
    /// What the battery loses, in % an hour.
    public var batteryDrain = ScenarioNumber(thousandths: 500)
    /// Time between battery reads (2A19).
    public var batteryReadEvery = ScenarioSpan.minutes(10)
    /// The sensor has a clock, read as Current Time (2A2B).
    public var clock = false
    /// How far the sensor's clock is ahead of the true time at the start.
    public var clockOffset = ScenarioSpan(milliseconds: 0)
    /// How fast the sensor's clock runs ahead, in parts per million; its measurements come faster by as much.
    public var clockDrift: ScenarioNumber = 0
    /// Time between clock reads.
    public var clockReadEvery = ScenarioSpan.hours(1)

    /// A sensor without a clock.
    public init() {}
}

extension DeviceParameters: Decodable {
    /// The keys of a `[sensor.device]` table.
    enum CodingKeys: String, CodingKey, CaseIterable {
        case manufacturer, model, serial, firmware, battery
        case batteryDrain = "battery_drain"
        case batteryReadEvery = "battery_read_every"
        case clock
        case clockOffset = "clock_offset"
        case clockDrift = "clock_drift"
        case clockReadEvery = "clock_read_every"
    }

    /// Reads what is given and keeps the defaults of the rest.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        manufacturer = try keys.text(.manufacturer) ?? manufacturer
        model = try keys.text(.model)
        serial = try keys.text(.serial)
        firmware = try keys.text(.firmware) ?? firmware
        battery = try keys.number(.battery, battery)
        batteryDrain = try keys.number(.batteryDrain, batteryDrain)
        batteryReadEvery = try keys.span(.batteryReadEvery, batteryReadEvery)
        clock = try keys.flag(.clock, clock)
        clockOffset = try keys.span(.clockOffset, clockOffset)
        clockDrift = try keys.number(.clockDrift, clockDrift)
        clockReadEvery = try keys.span(.clockReadEvery, clockReadEvery)
    }
}
