import VitalsModel

/// One line on standard error that says how far a long piece of work is. It shows only on a terminal, only after two
/// seconds, and is gone at the end.
public final class ProgressLine {
    private let output: (any ByteOutput)?
    private let now: () -> MonotonicTime
    private var next: MonotonicTime
    private var isShown = false

    /// Progress on standard error, if that is a terminal. `isBesideOutput` says that the work writes to standard output
    /// meanwhile: on one terminal the two would mix, and what is written shows the progress.
    convenience init(isBesideOutput: Bool) {
        let isShown = Terminal.isError && !(isBesideOutput && Terminal.isOutput)
        self.init(output: isShown ? DescriptorOutput.standardError() : nil) { Clock.now }
    }

    /// Progress on an output, by a clock.
    init(output: (any ByteOutput)?, now: @escaping () -> MonotonicTime) {
        self.output = output
        self.now = now
        next = now() + VitalsToolsLimits.progressDelay
    }

    /// Something was done; `text` says how far things are, in one line without its end.
    public func update(_ text: () -> String) {
        guard let output else { return }
        let time = now()
        guard time >= next else { return }
        next = time + VitalsToolsLimits.progressInterval
        isShown = true
        // ProgressLine that cannot be shown is no reason to stop the work.
        try? output.write(Terminal.clearBelow + text())
    }

    /// The work is over, or something else is to be written: the line goes.
    public func clear() {
        guard isShown else { return }
        isShown = false
        try? output?.write(Terminal.clearBelow)
    }
}
