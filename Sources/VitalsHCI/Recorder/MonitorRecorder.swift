import Glibc
import VitalsCapture
import VitalsModel
public import VitalsSystemd

/// Records the kernel's HCI monitor channel as btsnoop files (datalink 2001), as `btmon -w` does, in segments that can
/// each be read alone: a later one begins with the adapters, links and GATT tables that it needs.
///
/// Stamps are the kernel's own. Packets that the kernel dropped because they were not read in time are counted in the
/// records, as the format provides. What was written is given to the system with every turn of the loop, and to the
/// disk every few seconds and at the end of a segment: after a loss of power at most that much is missing.
public final class MonitorRecorder {
    /// What was recorded since the start.
    public struct Statistics: Hashable, Sendable {
        /// Packets written.
        public var packets = 0
        /// Packets that the kernel dropped, or that could not be written.
        public var drops: UInt32 = 0
        /// Files begun.
        public var segments = 0
    }

    /// Where segments go.
    struct Destination {
        /// Bytes after which the next segment is begun.
        var segmentBytesMax: Int
        /// The time after which the next segment is begun.
        var segmentSpanMax: MonotonicTime.Span?
        /// How often the disk is made to keep what was written; nil: at the end of a segment alone.
        var synchronisation: MonotonicTime.Span?
        /// The path of the segment with this number, from 1.
        var path: (Int) throws(HCIError) -> String
        /// Called when a segment is complete, with its path and size.
        var finished: (String, Int) -> Void
        /// Makes room on a full disk; false when there is none to be made.
        var makeRoom: () -> Bool = { false }
        /// Whether packets that cannot be written are counted and left out, instead of ending the recording.
        var survivesFullDisk = false
    }

    /// What was recorded since the start.
    public private(set) var statistics = Statistics()

    private let loop: EventLoop
    private let destination: Destination
    private let open: () throws(HCIError) -> MonitorChannel
    private var channel: MonitorChannel?
    private var watch: EventLoop.Watch?
    private var timer: EventLoop.Timer?
    private var state = MonitorState()
    private var segment: SegmentFile?
    private var segmentStart = MonotonicTime(microseconds: 0)
    private var lostOnDisk: UInt32 = 0
    private var pending: [UInt8] = []
    private var pendingPackets = 0

    /// Records into one file; with `segmentBytes`, into further ones beside it when it has grown to that: `night.btsnoop`
    /// is followed by `night-2.btsnoop`. With `keeping`, only so many of the last ones are kept.
    public convenience init(file: String, segmentBytes: Int? = nil, keeping count: Int? = nil, loop: EventLoop) {
        let names = SegmentNames(file: file, keeping: count)
        let destination = Destination(
            segmentBytesMax: segmentBytes ?? .max, segmentSpanMax: nil,
            synchronisation: VitalsHCILimits.synchronisationInterval, path: { number in names.path(number) },
            finished: { _, _ in })
        self.init(destination, loop: loop) { () throws(HCIError) in try MonitorChannel() }
    }

    init(_ destination: Destination, loop: EventLoop, open: @escaping () throws(HCIError) -> MonitorChannel) {
        self.destination = destination
        self.loop = loop
        self.open = open
    }

    /// Opens the channel and the first file.
    public func start() throws {
        let channel = try open()
        try beginSegment()
        watch = try loop.watch(channel.descriptor) { [weak self] in try self?.read() }
        self.channel = channel
        timer = try loop.timer { [weak self] in try self?.tick() }
        try arm()
    }

    /// Records what the kernel still has, and completes the file.
    public func stop() throws {
        if channel != nil { try read() }
        watch?.cancel()
        watch = nil
        channel = nil
        try timer?.disarm()
        try finishSegment()
    }

    /// Completes the file and begins the next one, whatever is under way.
    func rotate() throws {
        if channel != nil { try read() }
        try finishSegment()
        try beginSegment()
    }

    // MARK: Packets

    private func read() throws {
        guard let channel else { return }
        var rest = VitalsHCILimits.monitorPacketsPerTurn
        while rest > 0 {
            rest -= 1
            switch channel.receive() {
            case .packet(let bytes, let time):
                guard let packet = MonitorPacket(bytes, time: time) else { continue }
                try rotateIfDue()
                append(packet, drops: channel.drops)
            case .nothing: rest = 0
            case .end:
                try write()
                throw HCIError(.malformed, operation: "record", message: "the HCI monitor channel has ended")
            case .failed(let number):
                try write()
                throw HCIError.system(number, "read the HCI monitor channel")
            }
        }
        try write()
    }

    private func append(_ packet: MonitorPacket, drops: UInt32) {
        statistics.drops = drops &+ lostOnDisk
        pending += state.take(packet).flatMap { BTSnoopWriter.record($0, drops: statistics.drops) }
        pendingPackets += 1
    }

    /// A full disk costs packets of a ring, which are counted, and not the recorder: the next ones may find room.
    private func write() throws {
        guard !pending.isEmpty else { return }
        defer {
            pending.removeAll(keepingCapacity: true)
            pendingPackets = 0
        }
        do {
            try withRoom { () throws(HCIError) in
                if segment == nil { try openSegment() }
                try segment?.write(pending)
            }
            statistics.packets += pendingPackets
        } catch {
            guard destination.survivesFullDisk else { throw error }
            lostOnDisk &+= UInt32(clamping: pendingPackets)
        }
    }

    /// Tries again once when room could be made.
    private func withRoom(_ body: () throws(HCIError) -> Void) throws(HCIError) {
        do {
            try body()
        } catch {
            guard destination.makeRoom() else { throw error }
            try body()
        }
    }

    // MARK: Segments

    /// Where the next packet would be the first of the next segment: at a quiet moment, or when none comes.
    private func rotateIfDue() throws {
        guard let segment else { return }
        let bytes = segment.bytes + pending.count
        let span = loop.now - segmentStart
        let isLong = destination.segmentSpanMax.map { span >= $0 } ?? false
        guard bytes >= destination.segmentBytesMax || isLong else { return }
        let isTooLong = bytes - VitalsHCILimits.segmentOverrunBytes >= destination.segmentBytesMax
        let isOverdue = destination.segmentSpanMax.map {
            loop.now - (segmentStart + $0) >= VitalsHCILimits.segmentOverrun
        }
        guard state.isQuiet || isTooLong || isOverdue == true else { return }
        try write()
        try finishSegment()
        try beginSegment()
    }

    private func beginSegment() throws { try withRoom { () throws(HCIError) in try openSegment() } }

    private func openSegment() throws(HCIError) {
        let number = statistics.segments + 1
        let segment = try SegmentFile(path: try destination.path(number))
        if number > 1 {
            let repeated = state.preamble(at: MonitorChannel.now)
            try segment.write(repeated.flatMap { BTSnoopWriter.record($0, drops: statistics.drops) })
        }
        statistics.segments = number
        segmentStart = loop.now
        self.segment = segment
    }

    private func finishSegment() throws {
        pending += state.flush().flatMap { BTSnoopWriter.record($0, drops: statistics.drops) }
        try write()
        guard let segment else { return }
        self.segment = nil
        try segment.synchronise()
        destination.finished(segment.path, segment.bytes)
    }

    // MARK: Time

    private func tick() throws {
        try rotateIfDue()
        if destination.synchronisation != nil { try segment?.synchronise() }
        try arm()
    }

    private func arm() throws {
        let spans = [destination.synchronisation, destination.segmentSpanMax].compactMap { $0 }
        if let span = spans.min() { try timer?.arm(at: loop.now + span) }
    }
}
