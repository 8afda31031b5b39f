public import VitalsModel

/// Heart Rate Measurement, 2A37: a heart rate and, from many sensors, every interval between beats since the last packet.
///
/// Source: Heart Rate Service 1.0, 3.1; GATT Specification Supplement, Heart Rate Measurement.
public struct HeartRateMeasurement: Hashable, Sendable {
    /// Beats per minute, 0 to 65535; 0 is how many straps say "no reading".
    public let heartRate: UInt16
    /// Whether the sensor touches the skin.
    public let contact: SensorContact
    /// Energy expended since the last reset in kilojoule, when sent; it stays at 65535 once there.
    public let energyExpended: UInt16?
    /// RR intervals in 1/1024 s, oldest first; up to `VitalsGATTLimits.rrIntervalCountMax`.
    public let rrIntervals: [UInt16]

    /// A measurement.
    public init(
        heartRate: UInt16, contact: SensorContact = .unsupported, energyExpended: UInt16? = nil,
        rrIntervals: [UInt16] = []
    ) {
        self.heartRate = heartRate
        self.contact = contact
        self.energyExpended = energyExpended
        self.rrIntervals = rrIntervals
    }

    /// How wide the heart rate is on the air.
    public enum HeartRateFormat: Sendable {
        /// One byte where the number fits, else two.
        case shortest
        /// Always two bytes, as some sensors send.
        case uint16
    }

    /// The most RR intervals that fit one notification: `attMTU` less three bytes of ATT header, less the other fields.
    ///
    /// At the default MTU of 23 bytes they are 9, or 7 beside a 16-bit heart rate and energy expended.
    public static func rrIntervalCapacity(attMTU: UInt16, format: HeartRateFormat, hasEnergyExpended: Bool) -> Int {
        let header = 3 + 1 + (format == .uint16 ? 2 : 1) + (hasEnergyExpended ? 2 : 0)
        return min(max(0, (Int(attMTU) - header) / 2), VitalsGATTLimits.rrIntervalCountMax)
    }
}
