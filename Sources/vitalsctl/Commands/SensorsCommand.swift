import ArgumentParser
import VitalsTools

struct SensorsCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "sensors",
        abstract: "Print the state of every sensor's link: up or down, since when, how good, and what is wrong.",
        discussion: """
            Reads the last run of the journal, also while the daemon writes it. It shows no measured value: 'journal \
            watch' does.

            Example:
              vitalsctl sensors /var/lib/vitalsd/journal.db
            """)

    @Argument(help: ArgumentHelp("The journal.", valueName: "file"))
    var file = "/var/lib/vitalsd/journal.db"

    @OptionGroup var key: JournalKeyOption

    func perform() throws {
        try SensorsReport(journal: file, protection: key.protection()).write(to: DescriptorOutput.standard())
    }
}
