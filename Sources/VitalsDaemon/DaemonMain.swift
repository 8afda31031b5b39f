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
            if checkOnly {
                try configuration.journalKeys.check()
                if let fault = configuration.requestKeyFault { throw fault }
                return ExitStatus.ok
            }
            refuseCores()
            var log = Logger(label: "vitalsd") { _ in DaemonLogHandler() }
            log.logLevel = Logger.Level(rawValue: configuration.logLevel) ?? .info
            // Sensors are read and alarms go out all the same.
            if let fault = configuration.requestKeyFault {
                log.warning("no request will be carried out", metadata: ["error": "\(fault)"])
            }
            while true {
                let daemon = try Daemon(configuration: configuration, log: log)
                let status = try daemon.runUntilDone()
                guard daemon.mustBeginAnew else { return status }
            }
        } catch {
            let hint = error is BusError ? "; run 'vitalsctl doctor', which says what is missing" : ""
            FileHandle.standardError.write(Data("vitalsd: \(error)\(hint)\n".utf8))
            return ExitStatus.of(error)
        }
    }

    /// A core would hold records and keys as memory has them, so none is made, whatever the unit file says: not as a file,
    /// since it would be larger than a byte, and not for a program that `core_pattern` pipes it to. Those get cores whatever
    /// the limit is, but for this one (core(5), `do_coredump` of Linux). Where the call is filtered, the unit's `LimitCORE=1`
    /// holds.
    private static func refuseCores() {
        var least = rlimit(rlim_cur: 1, rlim_max: 1)
        if unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &least) == 0 { return }
        // Whoever started it forbade cores already.
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    }
}
