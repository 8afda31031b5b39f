/// Polar Measurement Data, FB005C82-02E7-F387-1CAD-8ACD2D8DF0C8: a frame of one of the sensor's raw streams.
///
/// Only the photoplethysmogram is read (measurement type 1, frame type 0, as it is and delta-compressed); what other
/// frames hold is kept as bytes. Source: Polar BLE SDK, online measurement (2024).
public struct PolarMeasurementData: Hashable, Sendable {
    /// Which stream the frame is of: 0 ECG, 1 PPG, 2 acceleration, 3 pulse intervals, 5 gyroscope, 6 magnetometer, 7 skin
    /// temperature.
    public let measurement: UInt8
    /// When the frame's last sample was taken by the sensor's clock: nanoseconds since 2000-01-01, in no zone. The clock
    /// may start anew with the battery, so only differences mean anything.
    public let timestamp: UInt64
    /// How the samples are written; bit 7 says that they are compressed.
    public let frameType: UInt8
    /// The samples.
    public let content: Content

    /// What a frame holds.
    public enum Content: Hashable, Sendable {
        /// Photoplethysmogram, oldest first.
        case ppg([PPGCounts])
        /// Samples of a stream or in a form that is not read.
        case other([UInt8])
    }

    /// A frame.
    public init(measurement: UInt8, timestamp: UInt64, frameType: UInt8, content: Content) {
        self.measurement = measurement
        self.timestamp = timestamp
        self.frameType = frameType
        self.content = content
    }

    /// The measurement type of a photoplethysmogram.
    public static let ppgMeasurement: UInt8 = 1
}

/// One sample of a photoplethysmogram: what the detector saw in the light of each diode and without them, counts of 24 bits
/// with sign.
public struct PPGCounts: Hashable, Sendable {
    /// The first channel.
    public let first: Int32
    /// The second channel.
    public let second: Int32
    /// The third channel.
    public let third: Int32
    /// Ambient light.
    public let ambient: Int32

    /// A sample; of each number the low 24 bits are what can be sent.
    public init(first: Int32, second: Int32, third: Int32, ambient: Int32) {
        self.first = first
        self.second = second
        self.third = third
        self.ambient = ambient
    }
}
