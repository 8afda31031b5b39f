import ArgumentParser
import VitalsTools

struct DecodeCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Decode the value of a characteristic and print it as one JSON object.",
        discussion: """
            Every field stands there with its meaning and its unit, and every oddity of the bytes as a warning. \
            Numbers keep the digits that were sent.

            Example:
              vitalsctl decode 2A37 1648e803
              vitalsctl decode "PLX Continuous Measurement" "00 61 00 48 00"

            Exit statuses: 65 the bytes are no value of it, 64 the characteristic is not known.
            """)

    @Argument(
        help: ArgumentHelp(
            "Four hexadecimal digits, a full UUID, or the name that the Bluetooth SIG gives it.",
            valueName: "characteristic"))
    var characteristic: String

    @Argument(
        help: ArgumentHelp(
            "The bytes, two hexadecimal digits each; spaces, colons and hyphens may stand between.",
            valueName: "hex"))
    var hex: String

    func perform() throws {
        let line = try CharacteristicReport.line(characteristic: characteristic, hex: hex)
        try DescriptorOutput.standard().write(line + "\n")
    }
}
