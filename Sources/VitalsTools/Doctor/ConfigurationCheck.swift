import Foundation
import VitalsDaemon
import VitalsMQTT

/// Whether the configuration can be read, and whether its secrets are.
struct ConfigurationCheck {
    let file: String
    let isNamed: Bool

    func examine() -> (DaemonConfiguration?, [Diagnosis]) {
        guard isNamed || FileManager.default.fileExists(atPath: file) else {
            return (
                nil,
                [
                    .warning(
                        "configuration", "there is no \(file)",
                        mend: "vitalsd --print-config > \(file), and give it a [[sensor]]")
                ]
            )
        }
        do throws(ConfigurationError) {
            let configuration = try DaemonConfiguration(file: file)
            try configuration.checkFiles()
            return (configuration, [.good("configuration", file)] + secrets(of: configuration))
        } catch {
            return (
                nil,
                [
                    .fault(
                        "configuration", "\(error)", mend: "edit the file; 'vitalsd --config \(file) --check' reads it")
                ]
            )
        }
    }

    /// Files that everybody can read hold no secrets.
    private func secrets(of configuration: DaemonConfiguration) -> [Diagnosis] {
        let mqtt = configuration.uplink?.mqtt
        var files = [mqtt?.passwordFile, mqtt?.tls?.keyFile].compactMap { $0 }
        if case .bluetooth(let source) = configuration.source, !source.passkeys.isEmpty { files.append(file) }
        return files.compactMap { path in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            guard let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue, mode & 0o077 != 0 else {
                return nil
            }
            return .warning("secrets", "\(path) can be read by others than its owner", mend: "chmod 600 \(path)")
        }
    }
}
