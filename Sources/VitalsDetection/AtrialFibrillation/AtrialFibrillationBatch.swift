public import VitalsKernels
public import VitalsModel

/// The `AtrialFibrillation` detector for many streams at a time: the same version, and bit for bit the same outputs.
///
/// ```swift
/// for (stream, beat) in beats.enumerated() { batch.observe(rr: beat.rr, at: beat.time, stream: stream) }
/// batch.judge()
/// if batch.decision(of: 3) == .present { … batch.output(of: 3) … }
/// ```
///
/// Streams stand side by side, sixty-four to a kernel call, and what is found in one does not depend on its company. A
/// step takes one beat of any of them. It costs least when all have one, which `judge(rr:at:)` takes at once: the rings of
/// the others have to turn.
///
/// - Cost: some nanoseconds a beat (docs/performance.md), where the detector alone takes eighty; about 1.7 kB a stream.
///   Nothing is allocated after `init`.
public struct AtrialFibrillationBatch: Sendable {
    /// Windows, thresholds and options of every stream.
    public let configuration: AtrialFibrillation.Configuration
    /// How many streams there are.
    public let streams: Int

    private let kernels: KernelTable
    private let bounds: Bounds
    private var blocks: [RhythmBlock]
    // Of each stream; sixty-four to a block, the last ones without use.
    private var states: [StreamState]
    @usableFromInline var decisions: [AtrialFibrillation.Decision?]
    private var courses: [StreamState.Course]
    /// Whether a stream has a beat in the next step, and its interval: 0 where it has none.
    private var isDue: [Bool]
    private var hasDue = false
    private var intervals: [UInt16]
    /// Who has a beat in a step of all streams: not the places without use.
    private let everyOne: [Bool]
    /// When the last beats were, where they are known.
    private var times: [MonotonicTime]
    private var isKnown: [Bool]
    private var isEachKnown = false
    /// What a step came to, of one block, used again for each: the wide figures and the octets.
    private var sums = [Int32](repeating: 0, count: 4 * lanes)
    private var octets = [UInt8](repeating: 0, count: 12 * lanes)

    private static var lanes: Int { RhythmFigure.streams }

    /// Streams without history.
    ///
    /// - Parameters:
    ///   - streams: how many, from 1.
    ///   - configuration: of every stream.
    ///   - kernels: the kernels that count.
    public init(
        streams: Int, configuration: AtrialFibrillation.Configuration = AtrialFibrillation.Configuration(),
        kernels: KernelTable
    ) {
        precondition(streams > 0 && Self.lanes == RhythmBlock.streams, "a batch has streams")
        self.streams = streams
        self.configuration = configuration
        self.kernels = kernels
        bounds = Bounds(configuration)
        let count = (streams - 1) / Self.lanes + 1
        blocks = Array(repeating: bounds.block(), count: count)
        let places = count * Self.lanes
        states = Array(repeating: StreamState(configuration), count: places)
        decisions = Array(repeating: nil, count: places)
        courses = Array(repeating: .absent, count: places)
        everyOne = Array(repeating: true, count: streams) + Array(repeating: false, count: places - streams)
        isDue = Array(repeating: false, count: places)
        intervals = Array(repeating: 0, count: places)
        times = Array(repeating: MonotonicTime(microseconds: 0), count: places)
        isKnown = Array(repeating: false, count: places)
    }

    /// Puts in the next beat of a stream, as `AtrialFibrillation.judge(rr:at:)` takes it; `judge()` judges it.
    ///
    /// A stream has one beat a step: a second one before `judge()` is a programmer's error.
    public mutating func observe(rr: UInt16, at time: MonotonicTime, stream: Int) {
        precondition(stream < streams && !isDue[stream], "a stream has one beat a step: judge before the next one")
        isDue[stream] = true
        hasDue = true
        isKnown[stream] = true
        intervals[stream] = rr
        times[stream] = time
    }

    /// Judges the beats that were put in since the last step.
    public mutating func judge() {
        step(intervals, times, isDue)
        for stream in 0..<streams {
            isDue[stream] = false
            intervals[stream] = 0
        }
        hasDue = false
    }

    /// Judges the next beat of every stream: a step without a beat before it that was put in by `observe`.
    ///
    /// - Parameters:
    ///   - intervals: the RR interval of each stream, 1/1024 s.
    ///   - times: when each beat was.
    public mutating func judge(rr intervals: [UInt16], at times: [MonotonicTime]) {
        precondition(intervals.count == streams && times.count == streams, "a beat of each stream")
        precondition(!hasDue, "a stream has one beat a step: judge before the next one")
        if !isEachKnown {
            isKnown = everyOne
            isEachKnown = true
        }
        if streams == isDue.count {
            self.times = times
            step(intervals, times, everyOne)
        } else {
            self.times.replaceSubrange(0..<streams, with: times)
            self.intervals.replaceSubrange(0..<streams, with: intervals)
            step(self.intervals, self.times, everyOne)
            for stream in 0..<streams { self.intervals[stream] = 0 }
        }
    }

    private mutating func step(_ intervals: [UInt16], _ times: [MonotonicTime], _ isDue: [Bool]) {
        for block in blocks.indices {
            let first = block * Self.lanes
            blocks[block].setIntervals(intervals, from: first)
            kernels.rhythm(&blocks[block])
            blocks[block].copyResults(into: &sums, &octets)
            let hasInvalid = Self.conclude(
                &decisions, &courses, &states, first, isDue, intervals, times, sums, octets, bounds)
            if hasInvalid {
                for stream in first..<first + Self.lanes where isDue[stream] && intervals[stream] == 0 {
                    breakChain(stream)
                }
            }
        }
    }

    /// What a block found becomes decisions. A function of the arrays alone, so that each is looked at once a block and
    /// not once a beat.
    ///
    /// - Returns: whether a beat had an interval of 0, whose chain is to be broken.
    private static func conclude(
        _ decisions: inout [AtrialFibrillation.Decision?], _ courses: inout [StreamState.Course],
        _ states: inout [StreamState], _ first: Int, _ isDue: [Bool], _ intervals: [UInt16], _ times: [MonotonicTime],
        _ sums: [Int32],
        _ octets: [UInt8], _ bounds: Bounds
    ) -> Bool {
        var decisions = decisions.mutableSpan
        var courses = courses.mutableSpan
        var states = states.mutableSpan
        let sums = sums.span
        let octets = octets.span
        var hasInvalid = false
        for lane in 0..<lanes {
            let stream = first + lane
            // Most beats are plainly of another rhythm, and most of the others go on with an episode.
            let flags = octets[RhythmFigure.flags &* lanes &+ lane]
            if flags == RhythmFlag.hasEntered | RhythmFlag.isFull, courses[stream] == .absent {
                decisions[stream] = .absent
            } else if flags & RhythmFlag.isFull != 0, courses[stream] == .present,
                bounds.begins(sums, octets, lane, flags) || bounds.goesOn(sums, octets, lane)
            {
                decisions[stream] = .present
            } else if isDue[stream] {
                let beat = (interval: intervals[stream], time: times[stream])
                decisions[stream] = states[stream].judge(beat, flags, sums, octets, lane, bounds)
                courses[stream] = states[stream].course
                if beat.interval == 0 { hasInvalid = true }
            } else {
                decisions[stream] = nil
            }
        }
        return hasInvalid
    }

    /// The decision about a stream's beat in the last step; nil if it had none.
    @inlinable public func decision(of stream: Int) -> AtrialFibrillation.Decision? { decisions[stream] }

    /// What a stream's beat in the last step changed in its episode.
    public func transition(of stream: Int) -> RhythmEpisode.Transition? {
        decisions[stream] == nil ? nil : states[stream].transition
    }

    /// The episode that a stream's decisions make.
    public func episode(of stream: Int) -> RhythmEpisode { states[stream].episode }

    /// The whole output about a stream's beat in the last step; nil if it had none.
    public func output(of stream: Int) -> AtrialFibrillation.Output? {
        guard let decision = decisions[stream] else { return nil }
        let (block, lane) = (blocks[stream / Self.lanes], stream % Self.lanes)
        let flags = UInt8(truncatingIfNeeded: block.flags(of: lane))
        guard flags & RhythmFlag.isFull != 0 else {
            return AtrialFibrillation.Output(decision: decision, isEarly: flags & RhythmFlag.isEarly != 0)
        }
        let evidence = AtrialFibrillation.Evidence(
            block.figures(of: lane), words: bounds.words, earlyWords: bounds.earlyWords,
            wasEarly: flags & RhythmFlag.wasEarly != 0)
        var output = configuration.judge(evidence, wasPresent: states[stream].wasPresent)
        output.transition = states[stream].transition
        return output
    }

    /// Intervals of a stream are missing, as `AtrialFibrillation.gap(until:)` takes it, between two steps.
    public mutating func gap(until time: MonotonicTime, stream: Int) -> RhythmEpisode.Transition? {
        breakChain(stream)
        guard isKnown[stream], time - times[stream] > configuration.carriedGap else { return nil }
        return forget(stream, at: time)
    }

    /// Everything about a stream is forgotten, as `AtrialFibrillation.abandon(at:)` does it, between two steps.
    public mutating func abandon(at time: MonotonicTime, stream: Int) -> RhythmEpisode.Transition? {
        forget(stream, at: time)
    }

    private mutating func breakChain(_ stream: Int) {
        blocks[stream / Self.lanes].breakChain(stream: stream % Self.lanes)
    }

    private mutating func forget(_ stream: Int, at time: MonotonicTime) -> RhythmEpisode.Transition? {
        blocks[stream / Self.lanes].forget(stream: stream % Self.lanes)
        isKnown[stream] = false
        isEachKnown = false
        courses[stream] = .changing
        return states[stream].forget(at: time)
    }
}
