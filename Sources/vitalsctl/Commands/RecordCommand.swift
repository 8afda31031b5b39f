import ArgumentParser
import VitalsTools

struct RecordCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "record",
        abstract: "Record what the Bluetooth controllers and the kernel say to each other, as btsnoop.",
        discussion: """
            It only listens, beside whatever uses Bluetooth, and needs CAP_NET_RAW. Every file can be read alone, by \
            'vitalsctl replay', btmon and Wireshark. What sensors send is in it, unencrypted: keep it as you keep the \
            journal.

            With --ring it keeps the last minutes in a folder, and sets them aside as 'frozen-TIME-REASON' when a file \
            appears in the folder of --freeze-on (vitalsd makes one when an alarm is raised).

            Example:
              vitalsctl record night.btsnoop
              vitalsctl record night.btsnoop --segment 64 --keep 10
              vitalsctl record --ring /var/lib/vitalsd-recorder --minutes 10 \\
                --freeze-on /run/vitalsd/freeze

            Exit statuses: 69 no permission or no Bluetooth in the kernel, 73 a file cannot be created.
            """)

    @Argument(help: ArgumentHelp("The file; further segments get a number.", valueName: "file"))
    var file: String?

    @Option(help: ArgumentHelp("Begin another file at this size.", valueName: "MiB"))
    var segment: Int?

    @Option(help: ArgumentHelp("Keep only so many of the last files.", valueName: "n"))
    var keep: Int?

    @Option(help: ArgumentHelp("Keep the last minutes in this folder instead.", valueName: "folder"))
    var ring: String?

    @Option(help: "How many minutes the ring holds, 1 to 1440.")
    var minutes = 10

    @Option(help: ArgumentHelp("Freeze the ring when a file appears here.", valueName: "folder"))
    var freezeOn: String?

    @Option(help: ArgumentHelp("End after this time.", valueName: "s"))
    var seconds: Int?

    func validate() throws {
        guard (file == nil) != (ring == nil) else { throw ValidationError("give a file, or a folder with --ring") }
        guard ring != nil || freezeOn == nil else { throw ValidationError("--freeze-on needs --ring") }
        guard file != nil || (segment == nil && keep == nil) else {
            throw ValidationError("--segment and --keep are for a file; a ring has its own bounds")
        }
        guard (1...1_440).contains(minutes) else { throw ValidationError("--minutes must be 1 to 1440") }
        guard segment.map({ (1...4_096).contains($0) }) ?? true else {
            throw ValidationError("--segment must be 1 to 4096")
        }
        guard keep.map({ $0 > 0 }) ?? true else { throw ValidationError("--keep must be at least 1") }
        guard keep == nil || segment != nil else { throw ValidationError("--keep needs --segment") }
        guard seconds.map({ $0 > 0 }) ?? true else { throw ValidationError("--seconds must be at least 1") }
    }

    func perform() throws {
        Interruption.watch()
        let recording = try Recording(seconds: seconds)
        if let file {
            try recording.record(file: file, segmentMebibytes: segment, keeping: keep)
        } else if let ring {
            try recording.keep(ring: ring, minutes: minutes, triggers: freezeOn)
        }
    }
}
