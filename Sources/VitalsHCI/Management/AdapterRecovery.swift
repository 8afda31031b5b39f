public import VitalsCore
import VitalsModel
public import VitalsSystemd

/// Gets an adapter going again that answers no more, for a unit of its own with CAP_NET_ADMIN and nothing else: switch
/// it off and on, and when that does not help, reset the controller.
///
/// Links on the adapter are lost. It can be used with or without bluetoothd, which notices the adapter go and come back.
public final class AdapterRecovery {
    /// What is done, the mildest first.
    public enum Step: String, CaseIterable, Sendable {
        /// Switch the adapter off and on through the management interface.
        case powerCycle = "power-cycle"
        /// Reset the controller; one that does not answer even to that is taken down and brought up.
        case reset
    }

    private let loop: EventLoop
    private let kernel: any Kernel
    private let management: ManagementChannel

    /// A recovery on this loop.
    public convenience init(loop: EventLoop) { self.init(loop: loop, kernel: BluetoothKernel()) }

    init(loop: EventLoop, kernel: any Kernel) {
        self.loop = loop
        self.kernel = kernel
        management = ManagementChannel(kernel: kernel, loop: loop)
    }

    /// Takes the steps in order until one leaves the adapter switched on; calls `completion` once with it, or with the
    /// error of the last one. It takes up to a minute.
    public func recover(
        _ adapter: AdapterIndex, by steps: [Step] = Step.allCases,
        _ completion: @escaping (Result<Step, HCIError>) -> Void
    ) throws {
        try management.open()
        take(steps, adapter, HCIError(.noAdapter, operation: "recover \(adapter)", message: "no step was given")) {
            result in
            try? self.management.close()
            completion(result)
        }
    }

    private func take(
        _ steps: [Step], _ adapter: AdapterIndex, _ last: HCIError,
        _ completion: @escaping (Result<Step, HCIError>) -> Void
    ) {
        guard let step = steps.first else { return completion(.failure(last)) }
        let next = { (error: HCIError?) in
            guard let error else {
                return self.verify(adapter) { error in
                    if let error { return self.take(Array(steps.dropFirst()), adapter, error, completion) }
                    completion(.success(step))
                }
            }
            self.take(Array(steps.dropFirst()), adapter, error, completion)
        }
        switch step {
        case .powerCycle: carryOut([.setPowered(false), .setPowered(true)], adapter, next)
        case .reset:
            do {
                let work = kernel.resetting(adapter: adapter.rawValue)
                try BlockingCall.start(on: loop, name: "adapter-reset", work, completion: next)
            } catch {
                loop.fail(error)
            }
        }
    }

    /// The adapter is well when it says that it is switched on; a reset may leave it off.
    private func verify(_ adapter: AdapterIndex, _ completion: @escaping (HCIError?) -> Void) {
        carryOut([.setPowered(true), .readControllerInformation], adapter, completion)
    }

    private func carryOut(
        _ commands: [ManagementCommand], _ adapter: AdapterIndex, _ completion: @escaping (HCIError?) -> Void
    ) {
        guard let command = commands.first else { return completion(nil) }
        do {
            try management.send(command, to: adapter.rawValue, within: VitalsHCILimits.powerDeadline) { result in
                switch result {
                case .success: self.carryOut(Array(commands.dropFirst()), adapter, completion)
                case .failure(let failure): completion(failure.error(of: command, on: adapter))
                }
            }
        } catch {
            loop.fail(error)
        }
    }
}

extension ManagementFailure {
    /// The error of a command on an adapter, with what to do.
    func error(of command: ManagementCommand, on adapter: AdapterIndex) -> HCIError {
        let operation = "\(command.name) on \(adapter)"
        return switch self {
        case .refused(.permissionDenied):
            HCIError(.accessDenied, operation: operation, message: "Permission Denied; run it with CAP_NET_ADMIN")
        case .refused(.invalidIndex):
            HCIError(.noAdapter, operation: operation, message: "Invalid Index; vitalsctl doctor lists the adapters")
        case .refused(.blocked):
            HCIError(.blocked, operation: operation, message: "RFKilled; unblock it (rfkill unblock bluetooth)")
        case .refused(let status):
            HCIError(.refused(status), operation: operation, message: "\(status); look at journalctl -k")
        case .deadline:
            HCIError(.deadline, operation: operation, message: "no answer in time; look at journalctl -k")
        case .malformed, .tooMany:
            HCIError(.malformed, operation: operation, message: "the kernel's answer cannot be used")
        case .closed:
            HCIError(.noAdapter, operation: operation, message: "the adapter is gone; plug it in again")
        }
    }
}
