import Foundation

/// The tools that read object files.
enum Binutils {
    /// Whether they are there; said once on standard error where they are not.
    static let arePresent: Bool = {
        let tools = ["/usr/bin/readelf", "/usr/bin/objdump"]
        if tools.allSatisfy(FileManager.default.isExecutableFile(atPath:)) { return true }
        let notice = "SKIPPED: binutils is absent, so the objects of the kernels are not checked; install binutils\n"
        FileHandle.standardError.write(Data(notice.utf8))
        return false
    }()

    /// The program that runs the tests.
    static func program() throws -> URL {
        URL(fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
    }

    /// The lines of one symbol table entry each: number, value, size, type, binding, visibility, section, name.
    static func symbols(of paths: [String]) throws -> [[Substring]] {
        symbols(inTable: try run("/usr/bin/readelf", ["-sW"] + paths))
    }

    static func symbols(inTable text: String) -> [[Substring]] {
        text.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.count >= 8 }
    }

    /// Disassembly without the bytes.
    static func disassembly(of paths: [String]) throws -> String {
        try run("/usr/bin/objdump", ["-d", "--no-show-raw-insn"] + paths)
    }

    private static func run(_ tool: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: tool)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        struct Failure: Error { let command: [String] }
        guard process.terminationStatus == 0 else { throw Failure(command: [tool] + arguments) }
        return text
    }
}
