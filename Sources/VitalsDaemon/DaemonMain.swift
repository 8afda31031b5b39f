internal import Foundation
internal import Glibc
internal import Logging
internal import VitalsFiles
internal import VitalsKernels
internal import VitalsMQTT
internal import VitalsStore
internal import VitalsSystemd

/// What `vitalsd` does with its arguments.
public enum DaemonMain {
    /// Runs the daemon to its end, or only checks what it would run with, and returns the exit status (sysexits(3)).
    /// Errors are told on standard error.
    public static func run(configurationFile: String, kernels: String?, checkOnly: Bool) -> Int32 {
        do {
            var configuration = try DaemonConfiguration(file: configurationFile)
            if let kernels {
                configuration.kernels = try KernelLevel(named: kernels).rawValue
            }
            try configuration.checkFiles()
            if checkOnly { return ExitStatus.ok }
            var log = Logger(label: "vitalsd") { _ in DaemonLogHandler() }
            log.logLevel = Logger.Level(rawValue: configuration.logLevel) ?? .info
            return try Daemon(configuration: configuration, log: log).runUntilDone()
        } catch {
            let hint = error is BusError ? "; run 'vitalsctl doctor', which says what is missing" : ""
            FileHandle.standardError.write(Data("vitalsd: \(error)\(hint)\n".utf8))
            return ExitStatus.of(error)
        }
    }
}
