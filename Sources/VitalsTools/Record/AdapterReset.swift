import Foundation
public import VitalsCore
import VitalsDaemon
import VitalsHCI
import VitalsSystemd

/// What `vitalsctl adapter reset` does.
public enum AdapterReset {
    /// Recovers one adapter: power cycle, then controller reset.
    public static func reset(_ adapter: AdapterIndex) throws {
        let loop = try EventLoop()
        var outcome: Result<AdapterRecovery.Step, HCIError>?
        let recovery = AdapterRecovery(loop: loop)
        try recovery.recover(adapter) { result in
            outcome = result
            loop.exit()
        }
        _ = try loop.run()
        guard let step = try outcome?.get() else {
            throw ToolError(
                adapter.description, "no answer", remedy: "unplug it, or restart the machine",
                status: ExitStatus.unavailable)
        }
        try DescriptorOutput.standardError().write("\(adapter): recovered by \(step.rawValue)\n")
    }

    /// Recovers every adapter that a file in the folder asks for. A request is taken away before it is carried out, so that one
    /// made meanwhile is not lost.
    public static func serve(requests folder: String) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        var failure: (any Error)?
        for name in names {
            try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
            guard let adapter = AdapterIndex(name: name) else { continue }
            do { try reset(adapter) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
