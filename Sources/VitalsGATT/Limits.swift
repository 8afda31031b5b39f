/// Every bound of this module, each with its reason.
public enum VitalsGATTLimits {
    /// The longest attribute value in bytes (Bluetooth Core 5.4, volume 3, part F, 3.2.9). A longer value came from no
    /// sensor, and refusing it keeps every array that a decoder builds small.
    public static let attributeValueLengthMax = 512

    /// The most RR intervals in one Heart Rate Measurement: what fits behind flags and an 8-bit heart rate.
    public static let rrIntervalCountMax = (attributeValueLengthMax - 2) / 2

    /// The most samples in a compressed frame of a photoplethysmogram: blocks of no width would let a few hostile bytes claim
    /// any count. Half a second at the highest rate is 125, and a frame holds what fits a notification.
    public static let ppgSampleCountMax = 512

    /// The widest difference in a compressed frame, bits: two numbers of 24 bits are no farther apart than 25 bits, and
    /// sensors round up to a byte.
    public static let deltaWidthMax = 32

    /// The highest oxygen saturation in per cent: it is a share of the haemoglobin.
    public static let spO2PercentMax: Int64 = 100

    /// The highest pulse rate in beats per minute that is believed: oximeters end at 240 to 300, and above stand
    /// only noise and wrong exponents.
    public static let pulseRateMax: Int64 = 300
}
