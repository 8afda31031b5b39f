import VitalsCapture
import VitalsModel

/// What a decoder makes of some bytes.
struct Reading {
    var events: [SensorEvent] = []
    var error: CaptureError?
    var statistics: CaptureStatistics
    var start: WallTime?

    init(_ bytes: [UInt8], by decoder: some CaptureDecoder, chunk: Int = .max) {
        var decoder = decoder
        do throws(CaptureError) {
            for first in stride(from: 0, to: bytes.count, by: min(chunk, max(1, bytes.count))) {
                try decoder.consume(Array(bytes[first...].prefix(chunk)), into: &events)
            }
            try decoder.finish(into: &events)
        } catch {
            self.error = error
        }
        statistics = decoder.statistics
        start = decoder.start
    }

    init(_ bytes: [UInt8], options: CaptureOptions = CaptureOptions()) {
        self.init(bytes, by: CaptureReader(options: options))
    }

    init(_ builder: SnoopBuilder, options: CaptureOptions = CaptureOptions()) {
        self.init(builder.bytes, options: options)
    }

    /// Characteristic and bytes of all values, in order.
    var values: [String] {
        events.compactMap { event in
            guard case .value(_, let characteristic, let bytes) = event.kind else { return nil }
            return "\(characteristic) \(Hex.string(bytes))"
        }
    }

    /// Every event in one line, without its stamp.
    var story: [String] {
        events.map { event in
            switch event.kind {
            case .value(let sensor, let characteristic, let bytes):
                "\(sensor.compact.suffix(2)) \(characteristic) \(Hex.string(bytes))"
            case .linkUp(let sensor): "\(sensor.compact.suffix(2)) up"
            case .linkDown(let sensor, let reason): "\(sensor.compact.suffix(2)) down \(reason ?? "-")"
            case .clock(let step, let isSynchronised): "clock \(step) \(isSynchronised)"
            }
        }
    }
}

extension SensorAddress {
    static let first = SensorAddress(rawValue: 0xC000_0000_0001)
    static let second = SensorAddress(rawValue: 0xC000_0000_0002)
}
