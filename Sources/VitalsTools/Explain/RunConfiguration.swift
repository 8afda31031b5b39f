import VitalsCore
import VitalsDaemon

/// Finds the configuration that a run was made with. Its digest stands in the journal, so that a wrong one is never
/// taken for it.
enum RunConfiguration {
    /// Why the configuration of a run is not known.
    enum Unknown: Error, Hashable, CustomStringConvertible {
        /// Nothing that is at hand has the digest of the run.
        case notAtHand(digest: String)
        /// The given file is another one.
        case otherFile(path: String, digest: String, recorded: String)
        /// The settings that the journal holds mean something else to this program.
        case otherMeaning(version: String)

        var description: String {
            switch self {
            case .notAtHand(let digest):
                "the settings are not the defaults, and the journal does not hold them; give --config with the file "
                    + "whose digest is \(digest.prefix(12))…"
            case .otherFile(let path, let digest, let recorded):
                "the digest of \(path) is \(digest.prefix(12))…, and the run's is \(recorded.prefix(12))…; give the "
                    + "file that the run was made with"
            case .otherMeaning(let version):
                "this program makes something else of the settings than \(version) did; use that version"
            }
        }
    }

    /// The configuration of a run: that of the file, if one is given, else what the journal holds, else the defaults.
    ///
    /// - Throws: `ConfigurationError` when the given file cannot be read.
    static func find(_ run: RecordedRun, file: String?) throws -> Result<EngineConfiguration, Unknown> {
        if let file {
            let configuration = try DaemonConfiguration(file: file, needsSource: false).engine
            let digest = EngineDigest.of(configuration)
            return digest == run.digest
                ? .success(configuration) : .failure(.otherFile(path: file, digest: digest, recorded: run.digest))
        }
        var configuration = EngineConfiguration()
        if !run.settings.isEmpty {
            guard let document = try? TOMLDocument(file: "settings in the journal", text: run.settings),
                let read = try? DaemonConfiguration(document, needsSource: false)
            else { return .failure(.otherMeaning(version: run.version)) }
            configuration = read.engine
        }
        if EngineDigest.of(configuration) == run.digest { return .success(configuration) }
        let isOther = !run.settings.isEmpty || run.version != Version.text
        return .failure(isOther ? .otherMeaning(version: run.version) : .notAtHand(digest: run.digest))
    }
}
