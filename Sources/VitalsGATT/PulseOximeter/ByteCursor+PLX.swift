/// The fields that both PLX measurements share.
extension ByteCursor {
    mutating func spO2PR(
        _ spO2: ValueField, _ pulseRate: ValueField, in bytes: Span<UInt8>
    ) throws(MalformedValue) -> SpO2PR {
        SpO2PR(
            spO2: SFLOAT(rawValue: try uint16(spO2, in: bytes)),
            pulseRate: SFLOAT(rawValue: try uint16(pulseRate, in: bytes)))
    }

    mutating func measurementStatus(
        if present: Bool, in bytes: Span<UInt8>
    ) throws(MalformedValue) -> MeasurementStatus? {
        try present ? MeasurementStatus(rawValue: uint16(.measurementStatus, in: bytes)) : nil
    }

    mutating func deviceAndSensorStatus(
        if present: Bool, in bytes: Span<UInt8>
    ) throws(MalformedValue) -> DeviceAndSensorStatus? {
        try present ? DeviceAndSensorStatus(rawValue: uint24(.deviceAndSensorStatus, in: bytes)) : nil
    }

    mutating func pulseAmplitudeIndex(if present: Bool, in bytes: Span<UInt8>) throws(MalformedValue) -> SFLOAT? {
        try present ? SFLOAT(rawValue: uint16(.pulseAmplitudeIndex, in: bytes)) : nil
    }
}
