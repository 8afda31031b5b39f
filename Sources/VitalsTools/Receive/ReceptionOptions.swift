import VitalsMQTT
import VitalsModel

/// What a reception is asked to do.
public struct ReceptionOptions: Sendable {
    /// The broker's name or address.
    public var host = "127.0.0.1"
    /// Its port; nil: 1883, with TLS 8883.
    public var port: UInt16?
    /// One gateway; nil: all of them.
    public var gateway: String?
    /// The user name.
    public var username: String?
    /// The file that holds the password.
    public var passwordFile: String?
    /// The client identifier; nil: one that no other client has.
    public var clientID: String?
    /// Whether TLS is used; the files below imply it.
    public var usesTLS = false
    /// PEM file of the authorities to trust; nil: the system's.
    public var authorityFile: String?
    /// PEM file of the client's certificate.
    public var certificateFile: String?
    /// PEM file of its key.
    public var keyFile: String?
    /// Ends when at least so many records have arrived and none before the last one is missing.
    public var expected: UInt64?
    /// Ends when every gateway seen has said a clean goodbye and everything of it has arrived.
    public var isUntilStopped = false
    /// Ends when nothing has arrived for so many seconds.
    public var idleSeconds: Double?
    /// The file of the key that receipts are signed with; nil: none are sent.
    public var receiptKeyFile: String?
    /// Whether every message is written as a line of JSON.
    public var printsMessages = false

    /// A reception from this machine's broker until it is interrupted.
    public init() {}

    var settings: MQTTSettings {
        let usesTLS = usesTLS || authorityFile != nil || certificateFile != nil || keyFile != nil
        var settings = MQTTSettings(
            host: host, port: port ?? (usesTLS ? 8_883 : 1_883),
            clientID: clientID ?? "vitalsctl-\(UInt32.random(in: .min ... .max))", seed: .random(in: .min ... .max))
        settings.username = username
        settings.passwordFile = passwordFile
        settings.connectDeadline = VitalsToolsLimits.connectWithin
        settings.sessionExpirySeconds = VitalsToolsLimits.receiveSessionSeconds
        if usesTLS {
            settings.tls = MQTTSettings.TLS(
                authorityFile: authorityFile, certificateFile: certificateFile, keyFile: keyFile)
        }
        return settings
    }

    var goal: ReceptionGoal {
        ReceptionGoal(
            records: expected, isUntilStopped: isUntilStopped,
            idle: idleSeconds.map { MonotonicTime.Span(microseconds: Int64(min(max($0, 0), 1e9) * 1e6)) })
    }
}
