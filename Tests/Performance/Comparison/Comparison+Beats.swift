import VitalsDetection
import VitalsKernels
import VitalsModel

extension Comparison {
    /// `rhythm FILE STREAMS LEVEL [OUTPUT]`: atrial fibrillation of many streams, a beat of each a step (uint16, 1/1024 s,
    /// step after step); the decision about each beat is read. The output is 1 where it is fibrillation, else 0.
    static func rhythm(_ arguments: Arguments) throws -> [String: Any] {
        let intervals = try arguments.file(0, of: UInt16.self)
        let streams = try arguments.number(1)
        let kernels = try KernelTable(KernelLevel(named: arguments[2]))
        let isPublished = arguments[3] == "published"
        var batch = AtrialFibrillationBatch(
            streams: streams, configuration: isPublished ? .published : AtrialFibrillation.Configuration(),
            kernels: kernels)
        var decisions = [UInt8](repeating: 0, count: intervals.count)
        let steps = (0..<intervals.count / streams).map { step in
            (
                intervals: Array(intervals[step * streams..<(step + 1) * streams]),
                times: Array(repeating: MonotonicTime(microseconds: Int64(step) * 800_000), count: streams)
            )
        }
        // Written through a span, so that the program looks once, and not with every decision, whether the array is its own.
        var written = decisions.mutableSpan
        let answer = nanoseconds(operations: intervals.count) {
            var place = 0
            for step in steps {
                batch.judge(rr: step.intervals, at: step.times)
                for stream in 0..<streams where batch.decision(of: stream) == .present { written[place + stream] = 1 }
                place += streams
            }
        }
        try arguments.write(decisions, to: 4)
        return answer
    }

    /// `rhythm-single FILE STREAMS`: the same with a detector for each stream, stream after stream.
    static func rhythmSingle(_ arguments: Arguments) throws -> [String: Any] {
        let intervals = try arguments.file(0, of: UInt16.self)
        let streams = try arguments.number(1)
        var present = 0
        return nanoseconds(operations: intervals.count) {
            for stream in 0..<streams {
                var detector = AtrialFibrillation()
                var time: Int64 = 0
                for place in stride(from: stream, to: intervals.count, by: streams) {
                    time += 800_000
                    let output = detector.judge(rr: intervals[place], at: MonotonicTime(microseconds: time))
                    if output.decision == .present { present += 1 }
                }
            }
            keep(present)
        }
    }

    /// `variability FILE INTERVALS [OUTPUT]`: windows of so many intervals (uint16, 1/1024 s); mean, SDNN, RMSSD, SDSD,
    /// pNN20, pNN50 of each.
    static func variability(_ arguments: Arguments) throws -> [String: Any] {
        let intervals = try arguments.file(0, of: UInt16.self)
        let length = try arguments.number(1)
        var figures: [Double] = []
        figures.reserveCapacity(intervals.count / length * 6)
        let answer = nanoseconds(operations: intervals.count / length) {
            for window in 0..<intervals.count / length {
                var sums = IntervalSums()
                for place in window * length..<(window + 1) * length { sums.add(intervals[place]) }
                for figure in [sums.mean, sums.sdnn, sums.rmssd, sums.sdsd(), sums.pnn20, sums.pnn50] {
                    figures.append(figure ?? .nan)
                }
            }
        }
        try arguments.write(figures, to: 2)
        return answer
    }

    /// `variability-batch FILE INTERVALS LEVEL [OUTPUT]`: the same, sixteen windows side by side.
    static func variabilityBatch(_ arguments: Arguments) throws -> [String: Any] {
        let intervals = try arguments.file(0, of: UInt16.self)
        let length = try arguments.number(1)
        let kernels = try KernelTable(KernelLevel(named: arguments[2]))
        let windows = (0..<intervals.count / length).map { $0 * length..<($0 + 1) * length }
        var figures: [Double] = []
        figures.reserveCapacity(windows.count * 6)
        let answer = nanoseconds(operations: windows.count) {
            for sums in IntervalSums.windows(windows, of: intervals, kernels: kernels) {
                for figure in [sums.mean, sums.sdnn, sums.rmssd, sums.sdsd(), sums.pnn20, sums.pnn50] {
                    figures.append(figure ?? .nan)
                }
            }
        }
        try arguments.write(figures, to: 3)
        return answer
    }

    /// `ectopy FILE [OUTPUT]`: one series of intervals (uint16, 1/1024 s); 1 where Malik's rule calls one ectopic.
    static func ectopy(_ arguments: Arguments) throws -> [String: Any] {
        let intervals = try arguments.file(0, of: UInt16.self)
        var detector = Ectopy()
        var time: Int64 = 0
        var found: [UInt8] = []
        found.reserveCapacity(intervals.count)
        let answer = nanoseconds(operations: intervals.count) {
            for interval in intervals {
                time += Int64(interval) * 977
                if let output = detector.judge(rr: interval, at: MonotonicTime(microseconds: time)) {
                    found.append(output.isMalikEctopic ? 1 : 0)
                }
            }
        }
        try arguments.write(found, to: 1)
        return answer
    }

    /// `cleaning FILE [OUTPUT]`: the class of each interval of one segment (uint16, 1/1024 s).
    static func cleaning(_ arguments: Arguments) throws -> [String: Any] {
        let intervals = try arguments.file(0, of: UInt16.self)
        var classes: [IntervalClass] = []
        let answer = nanoseconds(operations: intervals.count) { classes = RRCleaning.classes(of: intervals) }
        try arguments.write(classes.map { UInt8($0 == .normal ? 0 : 1) }, to: 1)
        return answer
    }
}
