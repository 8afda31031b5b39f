public import VitalsModel

extension HeartRateMeasurement: CharacteristicEncodable {
    /// Heart Rate Measurement.
    public static var characteristic: BluetoothUUID { .heartRateMeasurement }

    /// Flags, heart rate, energy expended if flagged, then RR intervals to the end if flagged.
    ///
    /// A missing or halved RR interval costs only itself; anything else that is too short costs the packet. Allocates
    /// nothing but the array of RR intervals.
    public static func decode(_ bytes: Span<UInt8>) throws(MalformedValue) -> Decoded<HeartRateMeasurement> {
        var cursor = try ByteCursor(characteristic, bytes)
        let flags = Flags(rawValue: try cursor.uint8(.flags, in: bytes))
        let heartRate =
            try flags.contains(.heartRateIsUInt16)
            ? cursor.uint16(.heartRate, in: bytes) : UInt16(cursor.uint8(.heartRate, in: bytes))
        let energyExpended =
            try flags.contains(.energyExpended) ? cursor.uint16(.energyExpended, in: bytes) : nil
        var rrIntervals: [UInt16] = []
        var warnings: DecodeWarnings = []
        if flags.contains(.rrIntervals) {
            if cursor.remaining(in: bytes) == 0 { warnings.insert(.rrIntervalsMissing) }
            rrIntervals.reserveCapacity(cursor.remaining(in: bytes) / 2)
            while cursor.remaining(in: bytes) >= 2 { rrIntervals.append(try cursor.uint16(.rrInterval, in: bytes)) }
            if cursor.remaining(in: bytes) == 1 { warnings.insert(.rrIntervalCutShort) }
        } else {
            warnings = cursor.trailing(in: bytes)
        }
        let measurement = HeartRateMeasurement(
            heartRate: heartRate, contact: flags.contact, energyExpended: energyExpended, rrIntervals: rrIntervals)
        return Decoded(measurement, warnings: warnings)
    }

    /// Appends the packet with the heart rate in its shortest form.
    public func encode(into bytes: inout [UInt8]) { encode(.shortest, into: &bytes) }

    /// Appends the packet. It is as long as it must be: `rrIntervalCapacity` says what fits a notification.
    public func encode(_ format: HeartRateFormat, into bytes: inout [UInt8]) {
        var flags = Flags(contact)
        if format == .uint16 || heartRate > UInt8.max { flags.insert(.heartRateIsUInt16) }
        if energyExpended != nil { flags.insert(.energyExpended) }
        if !rrIntervals.isEmpty { flags.insert(.rrIntervals) }
        bytes.append(flags.rawValue)
        if flags.contains(.heartRateIsUInt16) {
            bytes.append(littleEndian: heartRate)
        } else {
            bytes.append(UInt8(truncatingIfNeeded: heartRate))
        }
        if let energyExpended { bytes.append(littleEndian: energyExpended) }
        for interval in rrIntervals { bytes.append(littleEndian: interval) }
    }

    /// The first byte; bits 5 to 7 are reserved and ignored.
    private struct Flags: OptionSet {
        let rawValue: UInt8

        static let heartRateIsUInt16 = Flags(rawValue: 1 << 0)
        static let contactDetected = Flags(rawValue: 1 << 1)
        static let contactSupported = Flags(rawValue: 1 << 2)
        static let energyExpended = Flags(rawValue: 1 << 3)
        static let rrIntervals = Flags(rawValue: 1 << 4)

        init(rawValue: UInt8) { self.rawValue = rawValue }

        init(_ contact: SensorContact) {
            switch contact {
            case .unsupported: self = []
            case .notDetected: self = .contactSupported
            case .detected: self = [.contactSupported, .contactDetected]
            }
        }

        /// The contact bit means nothing unless detection is supported.
        var contact: SensorContact {
            guard contains(.contactSupported) else { return .unsupported }
            return contains(.contactDetected) ? .detected : .notDetected
        }
    }
}
