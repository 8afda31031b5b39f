import VitalsCore
import VitalsModel
public import VitalsStore

/// A live table of what a journal says, beside the daemon that writes it.
public final class JournalWatch {
    private let path: String
    private let process: WatchedProcess?
    private let screen: WatchScreen
    private let protection: JournalProtection
    private var reader: JournalReader?
    private var model = WatchModel()
    private var acknowledged: UInt64 = 0
    /// Records that no receiver has acknowledged; nil while there is none.
    private var backlog: UInt64?
    /// Records that were read.
    private var count = 0
    /// When the journal last grew. What it held before is history: it may be of another day.
    private var lastNews: MonotonicTime?
    private var knowsHistory = false
    private let began = Clock.now

    /// A watch over a journal that may not be there yet, until the process ends or an `Interruption` comes.
    public convenience init(path: String, process: Int32?, protection: JournalProtection = JournalProtection()) {
        self.init(
            path: path, process: process.map { WatchedProcess($0) },
            screen: WatchScreen(
                DescriptorOutput.standard(), size: Terminal.isOutput ? { Terminal.size } : nil),
            protection: protection)
    }

    init(
        path: String, process: WatchedProcess?, screen: WatchScreen, protection: JournalProtection = JournalProtection()
    ) {
        self.protection = protection
        self.path = path
        self.process = process
        self.screen = screen
    }

    /// Watches until the end. The last frame stays on the screen; it shows no value, since none is live any more.
    public func run() throws {
        defer { screen.restore() }
        var isLast = false
        while !isLast {
            // Asked first, so that the last look at the journal comes after the process's last commit.
            isLast = Interruption.isPending || process?.isGone ?? !screen.isTerminal
            try look(isLast: isLast)
            try screen.draw(frame(isLast: isLast), isLast: isLast)
            if !isLast { _ = Clock.sleep(until: Clock.now + VitalsToolsLimits.watchInterval) }
        }
    }

    /// Reads what is new. What passes by itself is tried again at the next look.
    func look(isLast: Bool) throws {
        do {
            if reader == nil { reader = try JournalReader(path: path, protection: protection) }
            guard let reader else { return }
            let before = model.head
            try reader.walk(after: model.head) { record in
                model.take(record)
                count += 1
            }
            if model.head > before && knowsHistory { lastNews = Clock.now }
            knowsHistory = true
            backlog = try reader.backlogs().values.max()
            acknowledged = UInt64(clamping: count) - min(backlog ?? UInt64(clamping: count), UInt64(clamping: count))
        } catch let error as JournalError {
            guard !isLast, isPassing(error) else { throw error }
        }
    }

    private func isPassing(_ error: JournalError) -> Bool {
        switch error.code {
        case .absent, .busy: true
        case .notAJournal: Clock.now - began < VitalsToolsLimits.journalBirth
        default: false
        }
    }

    /// The lines of the present frame.
    func frame(isLast: Bool) -> [String] {
        guard reader != nil else { return ["waiting for the journal \(path)"] }
        let isLive = lastNews.map { Clock.now - $0 < VitalsToolsLimits.watchQuiet } ?? false
        var table = TextTable([
            ("Sensor", .left), ("HR /min", .right), ("SpO2 %", .right), ("Signal", .left), ("Alarms", .left),
            ("Last sample", .left),
        ])
        for row in model.rows(isLive: !isLast && isLive) {
            table.add([row.sensor, row.heartRate, row.spO2, row.signal, row.alarms, row.lastSample])
        }
        let backlog = backlog ?? UInt64(clamping: count)
        var footer = "\(count.counted("record")), \(acknowledged) acknowledged, backlog \(backlog)"
        if isLast { footer += "; no longer watched" } else if !isLive { footer += "; nothing new" }
        return table.lines + [footer]
    }
}
