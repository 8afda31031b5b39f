import Foundation
import VitalsTestKit

/// The object files of a kernel module, from the build that runs now.
struct KernelObjects {
    private let paths: [String]

    /// The objects of the module's present source files: the build folder may hold those of removed ones too.
    init(module: String) throws {
        let sources = try FileManager.default.contentsOfDirectory(
            atPath: TestData.root.appendingPathComponent("Sources/\(module)").path)
        let products = try Binutils.program().deletingLastPathComponent()
        paths = sources.filter { $0.hasSuffix(".swift") }.sorted().map {
            products.appendingPathComponent("\(module).build/\($0).o").path
        }
    }

    /// Defined functions that the linker may replace by a namesake from another object.
    func weakFunctions() throws -> [String] { Self.weakFunctions(among: try Binutils.symbols(of: paths)) }

    /// The rule: a symbol of type FUNC or IFUNC, of binding WEAK or UNIQUE, with a section of its own. Weak data, such as
    /// reflection versions and metadata, is the same in every copy and is no instruction; weak undefined symbols are
    /// somebody else's.
    static func weakFunctions(among symbols: [[Substring]]) -> [String] {
        symbols.filter { symbol in
            ["FUNC", "IFUNC"].contains(symbol[3]) && ["WEAK", "UNIQUE"].contains(symbol[4]) && symbol[6] != "UND"
        }.map { String($0[7]) }
    }

    /// The instructions of each function, by symbol.
    func functions() throws -> [String: [Substring]] {
        var functions: [String: [Substring]] = [:]
        var name = ""
        for line in try Binutils.disassembly(of: paths).split(separator: "\n") {
            if line.hasSuffix(">:"), let start = line.firstIndex(of: "<") {
                name = String(line[line.index(after: start)...].dropLast(2))
            } else if line.hasPrefix(" "), let tab = line.firstIndex(of: "\t") {
                functions[name, default: []].append(line[line.index(after: tab)...])
            }
        }
        return functions
    }
}
