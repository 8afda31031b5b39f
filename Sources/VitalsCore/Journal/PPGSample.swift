public import VitalsModel

/// One frame of Polar Measurement Data: a stretch of photoplethysmogram, or another stream's frame as it came.
public struct PPGSample: Hashable, Sendable {
    /// When it was received.
    public var stamp: Stamp
    /// The sensor's own clock at the frame's last sample: nanoseconds since 2000-01-01, whatever that clock says.
    public var deviceTime: UInt64
    /// The measurement type; 1 is the photoplethysmogram.
    public var measurement: UInt8
    /// The frame type.
    public var frameType: UInt8
    /// The channels of a photoplethysmogram, counts, oldest first; all of the same length.
    public var channels: Channels
    /// The samples of any other frame, as bytes.
    public var raw: [UInt8]
    /// How far to trust it.
    public var quality: Quality

    /// What was seen in the light of each diode and without them.
    public struct Channels: Hashable, Sendable {
        /// The first channel.
        public var first: [Int32]
        /// The second channel.
        public var second: [Int32]
        /// The third channel.
        public var third: [Int32]
        /// Ambient light.
        public var ambient: [Int32]

        /// Channels of the same length.
        public init(first: [Int32] = [], second: [Int32] = [], third: [Int32] = [], ambient: [Int32] = []) {
            precondition(
                first.count == second.count && first.count == third.count && first.count == ambient.count,
                "the channels of a photoplethysmogram are of one length")
            self.first = first
            self.second = second
            self.third = third
            self.ambient = ambient
        }

        /// Samples in each.
        public var count: Int { first.count }
    }

    /// A frame.
    public init(
        stamp: Stamp, deviceTime: UInt64, measurement: UInt8, frameType: UInt8, channels: Channels = Channels(),
        raw: [UInt8] = [], quality: Quality
    ) {
        self.stamp = stamp
        self.deviceTime = deviceTime
        self.measurement = measurement
        self.frameType = frameType
        self.channels = channels
        self.raw = raw
        self.quality = quality
    }
}
