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
/// step takes one beat of any of them. It costs least when all have one: the rings of the others have to turn.
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
    private var beats: [Beat]
    private var decisions: [AtrialFibrillation.Decision?]
    private var isQuiet: [Bool]
    private var states: [StreamState]
    // Of one block, used again for each.
    private var intervals = [UInt16](repeating: 0, count: lanes)
    private var flags = [Int32](repeating: 0, count: lanes)

    private static var lanes: Int { 64 }

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
        beats = Array(repeating: Beat(), count: count * Self.lanes)
        decisions = Array(repeating: nil, count: count * Self.lanes)
        isQuiet = Array(repeating: true, count: count * Self.lanes)
        states = Array(repeating: StreamState(configuration), count: count * Self.lanes)
    }

    /// Puts in the next beat of a stream, as `AtrialFibrillation.judge(rr:at:)` takes it; `judge()` judges it.
    ///
    /// A stream has one beat a step: a second one before `judge()` is a programmer's error.
    public mutating func observe(rr: UInt16, at time: MonotonicTime, stream: Int) {
        precondition(!beats[stream].isDue, "a stream has one beat a step: judge the batch before the next one")
        beats[stream] = Beat(time: time, interval: rr, isDue: true, isKnown: true)
        if rr == 0 { breakChain(stream) }
    }

    /// Judges the beats that were put in since the last step.
    public mutating func judge() {
        for block in blocks.indices {
            let first = block * Self.lanes
            Self.collect(beats, first, into: &intervals)
            blocks[block].setIntervals(intervals, from: 0)
            kernels.rhythm(&blocks[block])
            blocks[block].copyFlags(into: &flags)
            Self.conclude(&beats, &decisions, &isQuiet, &states, first, flags, blocks[block], bounds)
        }
    }

    // Functions of the arrays alone, so that each array is looked at once a block and not once a beat.

    private static func collect(_ beats: [Beat], _ first: Int, into intervals: inout [UInt16]) {
        let beats = beats.span
        var intervals = intervals.mutableSpan
        for lane in 0..<lanes { intervals[lane] = beats[first + lane].isDue ? beats[first + lane].interval : 0 }
    }

    private static func conclude(
        _ beats: inout [Beat], _ decisions: inout [AtrialFibrillation.Decision?], _ isQuiet: inout [Bool],
        _ states: inout [StreamState], _ first: Int, _ flags: [Int32], _ block: RhythmBlock, _ bounds: Bounds
    ) {
        var beats = beats.mutableSpan
        var decisions = decisions.mutableSpan
        var isQuiet = isQuiet.mutableSpan
        var states = states.mutableSpan
        let flags = flags.span
        for lane in 0..<lanes {
            let stream = first + lane
            // Most beats are plainly of another rhythm.
            if flags[lane] == RhythmFlag.hasEntered | RhythmFlag.isFull, isQuiet[stream] {
                decisions[stream] = .absent
            } else if beats[stream].isDue {
                let figures = block.figures(of: lane)
                decisions[stream] = states[stream].judge(beats[stream], flags[lane], figures, bounds)
                isQuiet[stream] = states[stream].isQuiet
            } else {
                decisions[stream] = nil
            }
            beats[stream].isDue = false
        }
    }

    /// The decision about a stream's beat in the last step; nil if it had none.
    public func decision(of stream: Int) -> AtrialFibrillation.Decision? { decisions[stream] }

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
        let flags = block.flags(of: lane)
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
        let beat = beats[stream]
        guard beat.isKnown, time - beat.time > configuration.carriedGap else { return nil }
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
        beats[stream].isKnown = false
        isQuiet[stream] = false
        return states[stream].forget(at: time)
    }
}
