public import Foundation

extension Process {
    /// Runs with no signal blocked, as the service manager starts programs. A thread of Dispatch, on which tests run,
    /// blocks signals, and a child would inherit that and could not be asked to end.
    public func runWithSignals() throws {
        var none = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try run()
    }
}
