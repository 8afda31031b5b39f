import Glibc
import VitalsDaemon
import VitalsJSON
import VitalsModel

/// What `vitalsctl doctor` does: looks at everything that the gateway needs of its machine, and says of each what is wrong
/// and what mends it. It changes nothing.
public struct Doctor {
    private let file: String
    private let isFileNamed: Bool
    /// Where the system's own files are; another folder in tests.
    private let root: String

    /// The configuration that the service uses unless told otherwise.
    public static let standardFile = "/etc/vitalsd/vitalsd.toml"

    /// A doctor for the service of a configuration; nil for the usual file, which then need not be there.
    public init(configuration: String?) { self.init(configuration: configuration, root: "") }

    init(configuration: String?, root: String) {
        file = configuration ?? root + Self.standardFile
        isFileNamed = configuration != nil
        self.root = root
    }

    /// Looks, writes what was found, and returns the exit status: 69 when something does not work.
    public func run(isJSON: Bool, to output: any ByteOutput) throws -> Int32 {
        let diagnoses = examine()
        if isJSON {
            for diagnosis in diagnoses { try output.write(Self.line(diagnosis)) }
        } else {
            try output.write(Self.text(diagnoses))
        }
        return diagnoses.contains { $0.verdict == .fault } ? ExitStatus.unavailable : ExitStatus.ok
    }

    func examine() -> [Diagnosis] {
        let (configuration, checked) = ConfigurationCheck(file: file, isNamed: isFileNamed).examine()
        let source = configuration.flatMap { configuration -> BluetoothSource? in
            if case .bluetooth(let source) = configuration.source { source } else { nil }
        }
        var diagnoses = checked
        diagnoses += KernelCheck(root: root).examine()
        if source?.backend != .att { diagnoses += BusCheck(source: source).examine() }
        diagnoses += StorageCheck(configuration: configuration).examine()
        if let configuration { diagnoses += BrokerCheck(configuration: configuration).examine() }
        if geteuid() == 0 {
            diagnoses.append(
                .unknown(
                    "permissions",
                    "looked at as root, who may do everything; 'sudo -u vitalsd vitalsctl doctor' sees what the service sees"
                ))
        }
        return diagnoses
    }

    /// A line for each, and below it what mends it.
    static func text(_ diagnoses: [Diagnosis]) -> String {
        var table = TextTable([.left, .left, .left])
        for diagnosis in diagnoses {
            table.add([diagnosis.verdict.rawValue, diagnosis.subject, diagnosis.finding])
            if let remedy = diagnosis.remedy { table.add(["", "", "mend: \(remedy)"]) }
        }
        let faults = diagnoses.filter { $0.verdict == .fault }.count
        let warnings = diagnoses.filter { $0.verdict == .warning }.count
        return table.text + "\(faults.counted("fault")), \(warnings.counted("warning"))\n"
    }

    private static func line(_ diagnosis: Diagnosis) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("finding", diagnosis.finding)
            if let remedy = diagnosis.remedy { json.member("mend", remedy) }
            json.member("subject", diagnosis.subject)
            json.member("verdict", diagnosis.verdict.rawValue.lowercased())
        }
        return json.bytes + [0x0A]
    }
}
