internal import Foundation
public import VitalsCore
internal import VitalsDetection
internal import VitalsJSON
internal import VitalsKernels
public import VitalsMQTT
internal import VitalsModel

/// Everything that the daemon is told by its configuration file.
public struct DaemonConfiguration: Sendable {
    /// The file that it was read from, for errors.
    public let file: String
    /// The gateway's name in topics and identities.
    public var gateway: String
    /// Where sensor data come from.
    public var source: Source
    /// The journal's file.
    public var journalPath: String
    /// How much the journal keeps, and for how long.
    public var retention: RetentionPolicy
    /// The files of the keys that seal and sign the journal.
    public var journalKeys: JournalKeyFiles
    /// The name of the kernels' level; `auto` for the best.
    public var kernels: String
    /// The uplink; nil when records are not published.
    public var uplink: UplinkSettings?
    /// What decides the engine's records.
    public var engine: EngineConfiguration
    /// The least level that is logged, by its name.
    public var logLevel: String

    /// Where sensor data come from.
    public enum Source: Sendable {
        /// Live sensors.
        case bluetooth(BluetoothSource)
        /// A recording.
        case replay(ReplaySource)
    }

    /// A recording, and how to play it.
    public struct ReplaySource: Sendable {
        /// The capture's file.
        public var path: String
        /// Times real time; 0 is as fast as the journal takes it.
        public var speed: Double
        /// Whether the daemon ends after the last event, once all is published.
        public var exitsAtEnd: Bool
    }

    /// Reads a file. Every fault is a `ConfigurationError` with its line. A tool that brings its own recordings needs no
    /// source in the file.
    public init(file: String, needsSource: Bool = true) throws(ConfigurationError) {
        let text: String
        do {
            text = try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw ConfigurationError(
                file: file, line: nil,
                message: "cannot be read; check the path and its permissions, and that it is UTF-8 text")
        }
        try self.init(TOMLDocument(file: file, text: text), needsSource: needsSource)
    }

    /// Whether the files that the configuration names can be read: a daemon that waits for a missing password looks as if
    /// it worked.
    public func checkFiles() throws(ConfigurationError) {
        let tls = uplink?.mqtt.tls
        var recording: String?
        if case .replay(let source) = source { recording = source.path }
        let named: [(key: String, path: String?)] = [
            ("source.path", recording), ("mqtt.password_file", uplink?.mqtt.passwordFile),
            ("mqtt.tls.ca_file", tls?.authorityFile), ("mqtt.tls.certificate_file", tls?.certificateFile),
            ("mqtt.tls.key_file", tls?.keyFile), ("mqtt.request_key_file", uplink?.requestKeyFile),
        ]
        for (key, path) in named {
            guard let path, !FileManager.default.isReadableFile(atPath: path) else { continue }
            throw ConfigurationError(
                file: file, line: nil,
                message: "\(key) names '\(path)', which cannot be read; check the path and its permissions")
        }
    }

    /// Why nobody can ask this gateway for anything although a key is named; nil when it can be used.
    public var requestKeyFault: ConfigurationError? {
        guard let path = uplink?.requestKeyFile else { return nil }
        do {
            _ = try RequestKey(file: path)
            return nil
        } catch {
            return ConfigurationError(file: file, line: nil, message: "mqtt.request_key_file: \(error)")
        }
    }

    /// Reads a parsed file.
    public init(_ document: TOMLDocument, needsSource: Bool = true) throws(ConfigurationError) {
        let reader = try ConfigurationReader(document)
        file = document.file
        gateway = reader.text("gateway.id")
        source = try Self.source(document, reader, isNeeded: needsSource)
        journalPath = reader.text("journal.path")
        retention = Self.retention(reader)
        journalKeys = JournalKeyFiles(
            key: reader.text("journal.seal.key_file").nonEmpty,
            formerKey: reader.text("journal.seal.former_key_file").nonEmpty,
            signer: reader.text("journal.sign.key_file").nonEmpty)
        kernels = reader.text("kernels.level")
        logLevel = reader.text("log.level")
        engine = EngineConfiguration(blockSeconds: reader.integer("journal.block_seconds"))
        try engine.standard.apply(reader)
        var settings = EngineSettings(reader)
        engine.sensors = try Self.sensors(document, standard: engine.standard, &settings)
        engine.settings = settings.text
        uplink = reader.truth("mqtt.enabled") ? try Self.uplink(reader, gateway: gateway) : nil
        retention.sinks = uplink.map { [$0.sink] } ?? []
        try checkKernels(reader)
    }

    /// A recording when the file names one or says how to play it, else live sensors.
    private static func source(
        _ document: TOMLDocument, _ reader: ConfigurationReader, isNeeded: Bool
    ) throws(ConfigurationError) -> Source {
        let hasPath = !reader.text("source.path").isEmpty
        let isRecording: Bool
        if reader.isSet("source.kind") {
            isRecording = reader.text("source.kind") == "replay"
            guard isRecording || !hasPath else {
                throw reader.error(
                    at: "source.path", "'path' is for recordings: leave it out, or set kind = \"replay\"")
            }
        } else {
            isRecording = hasPath || reader.isSet("source.speed") || reader.isSet("source.at_end")
        }
        guard isRecording else { return .bluetooth(try BluetoothSource(document, reader, isNeeded: isNeeded)) }
        guard !isNeeded || !reader.text("source.path").isEmpty else {
            throw reader.error(at: "source.path", "'path' of [source] must name a capture")
        }
        return .replay(
            ReplaySource(
                path: reader.text("source.path"), speed: reader.decimal("source.speed"),
                exitsAtEnd: reader.text("source.at_end") == "exit"))
    }

    private static func retention(_ reader: ConfigurationReader) -> RetentionPolicy {
        var days: [RetentionClass: Int] = [:]
        for retentionClass in RetentionClass.allCases {
            days[retentionClass] = reader.integer("journal.retention.\(retentionClass.name)_days")
        }
        return RetentionPolicy(
            maxBytes: Int64(reader.integer("journal.retention.max_bytes")), days: days,
            graceHours: reader.integer("journal.retention.grace_hours"), sinks: [])
    }

    private func checkKernels(_ reader: ConfigurationReader) throws(ConfigurationError) {
        do throws(KernelError) {
            _ = try KernelLevel(named: kernels)
        } catch {
            throw reader.error(at: "kernels.level", error.description)
        }
    }

    private static func sensors(
        _ document: TOMLDocument, standard: SensorConfiguration, _ settings: inout EngineSettings
    ) throws(ConfigurationError) -> [SensorAddress: SensorConfiguration] {
        guard let value = document.root["sensor"] else { return [:] }
        guard let tables = value.array else {
            throw document.error(at: [.name("sensor")], "sensors are written as [[sensor]], with two brackets")
        }
        var sensors: [SensorAddress: SensorConfiguration] = [:]
        var subjects: [SensorAddress: String] = [:]
        for (index, table) in tables.enumerated() {
            let reader = try ConfigurationReader(document, sensor: index, table)
            guard let address = SensorAddress(reader.text("sensor.address")) else {
                throw document.error(
                    at: [.name("sensor"), .index(index)],
                    "a [[sensor]] needs its 'address', such as \"C0:00:00:00:00:01\"")
            }
            guard sensors[address] == nil else {
                throw reader.error(at: "sensor.address", "'address' stands in an earlier [[sensor]] too")
            }
            var configuration = standard
            try configuration.apply(overrides: reader)
            sensors[address] = configuration
            subjects[address] = reader.text("sensor.subject").nonEmpty
            settings.add(address, reader)
        }
        for (address, number) in numbered(subjects) {
            sensors[address]?.subject = number
            settings.add(subject: number, to: address)
        }
        return sensors
    }

    /// Subjects by numbers, in the order of their sensors' addresses: the same however the file is ordered and whatever
    /// they are called in it.
    private static func numbered(_ subjects: [SensorAddress: String]) -> [SensorAddress: Int] {
        var numbers: [String: Int] = [:]
        for (_, subject) in subjects.sorted(by: { $0.key < $1.key }) where numbers[subject] == nil {
            numbers[subject] = numbers.count + 1
        }
        return subjects.compactMapValues { numbers[$0] }
    }

    private static func uplink(
        _ reader: ConfigurationReader, gateway: String
    ) throws(ConfigurationError) -> UplinkSettings {
        let client = reader.text("mqtt.client_id")
        var mqtt = MQTTSettings(
            host: reader.text("mqtt.host"), port: UInt16(reader.integer("mqtt.port")),
            clientID: client.isEmpty ? "vitalsd-\(gateway)" : client, seed: .random(in: .min ... .max))
        mqtt.keepAliveSeconds = UInt16(reader.integer("mqtt.keep_alive_seconds"))
        mqtt.username = reader.text("mqtt.username").nonEmpty
        mqtt.passwordFile = reader.text("mqtt.password_file").nonEmpty
        if reader.truth("mqtt.tls.enabled") {
            mqtt.tls = MQTTSettings.TLS(
                authorityFile: reader.text("mqtt.tls.ca_file").nonEmpty,
                certificateFile: reader.text("mqtt.tls.certificate_file").nonEmpty,
                keyFile: reader.text("mqtt.tls.key_file").nonEmpty)
        }
        do throws(MQTTError) {
            try mqtt.validate()
        } catch {
            throw reader.error(at: "mqtt", error.description)
        }
        var settings = UplinkSettings(mqtt: mqtt)
        settings.acknowledgementDeadline = .seconds(Int64(reader.integer("mqtt.acknowledgement_deadline_seconds")))
        settings.backlogRateMax = Int64(reader.integer("mqtt.backlog_records_per_second"))
        settings.alarmBudget = .milliseconds(Int64(reader.integer("mqtt.alarm_budget_milliseconds")))
        settings.requestKeyFile = reader.text("mqtt.request_key_file").nonEmpty
        return settings
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
