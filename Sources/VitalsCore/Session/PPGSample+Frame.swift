public import VitalsGATT
import VitalsModel

extension PPGSample: StreamSample {
    static var stream: SampleStream { .ppg }
    /// Samples take the place of intervals: a block holds as many of these as of those.
    var intervalCount: Int { channels.count }
    static func block(_ samples: [Self]) -> SampleBlock { SampleBlock(samples: .ppg(samples)) }

    /// The frame, as far as it was read.
    public var frame: PolarMeasurementData {
        let counts = channels.first.indices.map { place in
            PPGCounts(
                first: channels.first[place], second: channels.second[place], third: channels.third[place],
                ambient: channels.ambient[place])
        }
        return PolarMeasurementData(
            measurement: measurement, timestamp: deviceTime, frameType: frameType,
            content: quality == .valid ? .ppg(counts) : .other(raw))
    }

    /// A frame as it was received. What is not a photoplethysmogram is kept and is no measurement here.
    init(_ frame: PolarMeasurementData, stamp: Stamp) {
        var channels = Channels()
        var raw: [UInt8] = []
        let quality: Quality
        switch frame.content {
        case .ppg(let counts):
            channels = Channels(
                first: counts.map(\.first), second: counts.map(\.second), third: counts.map(\.third),
                ambient: counts.map(\.ambient))
            quality = .valid
        case .other(let bytes):
            raw = bytes
            quality = .invalid
        }
        self.init(
            stamp: stamp, deviceTime: frame.timestamp, measurement: frame.measurement, frameType: frame.frameType,
            channels: channels, raw: raw, quality: quality)
    }
}
