import ArgumentParser
import VitalsTools

/// A command whose work is a library's: its errors become a sentence on standard error and an exit status.
protocol ToolCommand: ParsableCommand {
    /// Does the work.
    func perform() throws
}

extension ToolCommand {
    func run() throws {
        Interruption.ignoreClosedPipes()
        do {
            try perform()
        } catch is ClosedPipe {
            // Whoever read the output has what it wanted.
        } catch let code as ExitCode {
            throw code
        } catch {
            let failure = ToolError(error)
            try? DescriptorOutput.standardError().write("vitalsctl: \(failure)\n")
            throw ExitCode(failure.status)
        }
    }
}
