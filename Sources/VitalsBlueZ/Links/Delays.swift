import VitalsModel
import VitalsSystemd

/// Things to be done later, on one timer of the loop.
final class Delays {
    private let loop: EventLoop
    private var timer: EventLoop.Timer?
    private var due: [(time: MonotonicTime, body: () -> Void)] = []

    init(loop: EventLoop) throws(SystemdError) {
        self.loop = loop
        timer = try loop.timer { [weak self] in try self?.run() }
    }

    /// Runs `body` once, a span from now.
    func after(_ span: MonotonicTime.Span, _ body: @escaping () -> Void) throws(SystemdError) {
        due.append((loop.now + span, body))
        try arm()
    }

    /// Nothing that waits is done.
    func cancelAll() {
        due = []
        try? timer?.disarm()
    }

    private func run() throws {
        let now = loop.now
        let bodies = due.filter { $0.time <= now }
        due.removeAll { $0.time <= now }
        for (_, body) in bodies { body() }
        try arm()
    }

    private func arm() throws(SystemdError) {
        guard let next = due.map(\.time).min() else { return }
        try timer?.arm(at: next)
    }
}
