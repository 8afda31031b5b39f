/// Why the daemon cannot go on.
enum PipelineError: Error, CustomStringConvertible {
    /// The disk has taken nothing for so long that memory is full of alarms, which are never given up.
    case overflow

    var description: String {
        "the journal has taken no records for so long that memory is full of alarms; check the disk that it is on"
    }
}
