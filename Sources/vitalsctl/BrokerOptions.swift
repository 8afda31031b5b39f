import ArgumentParser
import VitalsTools

/// How a broker is reached, of every command that speaks with one.
struct BrokerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The broker's name or address.", valueName: "name"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("Its port. (default: 1883, with TLS 8883)", valueName: "n"))
    var port: UInt16?

    @Option(help: ArgumentHelp("The user name.", valueName: "name"))
    var username: String?

    @Option(help: ArgumentHelp("A file that holds the password alone, mode 0600.", valueName: "file"))
    var passwordFile: String?

    @Flag(help: "Use TLS, and check the broker's name against its certificate.")
    var tls = false

    @Option(
        help: ArgumentHelp("The authorities to trust, PEM; implies --tls. (default: the system's)", valueName: "file"))
    var caFile: String?

    @Option(help: ArgumentHelp("The client's certificate, PEM; implies --tls.", valueName: "file"))
    var certificateFile: String?

    @Option(help: ArgumentHelp("The key of that certificate, PEM; implies --tls.", valueName: "file"))
    var keyFile: String?

    /// What the options say, for one gateway or, without one, for all.
    func reception(gateway: String?) -> ReceptionOptions {
        var options = ReceptionOptions()
        options.host = host
        options.port = port
        options.gateway = gateway
        options.username = username
        options.passwordFile = passwordFile
        options.usesTLS = tls
        options.authorityFile = caFile
        options.certificateFile = certificateFile
        options.keyFile = keyFile
        return options
    }
}
