import Foundation
import Testing
import VitalsKernels

/// Are the kernels that run those that were asked for?
@Suite("Kernel dispatch", .enabled(if: Binutils.arePresent))
struct KernelDispatchTests {
    @Test("a forced level runs the code of its own module", arguments: KernelLevel.allCases)
    func forcedLevelRuns(level: KernelLevel) throws {
        guard KernelLevel.supported.contains(level) else {
            let notice = "SKIPPED: this machine cannot run the kernels \(level.rawValue), so they are not tested\n"
            FileHandle.standardError.write(Data(notice.utf8))
            return
        }
        let module =
            switch level {
            case .scalar: "VitalsKernels"
            case .baseline, .arm64: "VitalsKernelsBaseline"
            case .v3: "VitalsKernelsV3"
            case .v4: "VitalsKernelsV4"
            }
        let table = try KernelTable(level)
        let kernels = [
            ("reference", table.reference), ("hampel", table.hampel), ("chart", table.chart),
            ("summary", table.summary), ("rhythm", table.rhythm),
            ("variability", table.variability),
        ]
        let program = try RunningProgram()
        for (name, kernel) in kernels {
            let symbol = try #require(program.symbol(at: Self.code(of: kernel)), "\(name)")
            #expect(symbol.contains("\(module.count)\(module)"), "\(name) runs \(symbol)")
            // The scalar kernels are methods, which a table reaches through closures without a name of their own.
            #expect(level == .scalar || symbol.contains("\(name.count)\(name)yy"), "\(name) runs \(symbol)")
        }
    }

    /// The address of a kernel's code: a kernel is one function value, which is a code address and a context.
    private static func code(of kernel: Kernel) -> UInt {
        unsafe unsafeBitCast(kernel, to: (code: UInt, context: UInt).self).code
    }
}

/// The functions of the kernels in the program that runs now, by where they were loaded.
struct RunningProgram {
    private var names: [UInt: String] = [:]

    init() throws {
        let path = try Binutils.program().path
        let maps = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
        // The first mapping of the file is where it was loaded: start-end permissions offset device inode path.
        let first = try #require(maps.split(separator: "\n").first { $0.hasSuffix(path) })
        let base = try #require(UInt(first.prefix { $0 != "-" }, radix: 16))
        for symbol in try Binutils.symbols(of: [path]) where symbol[3] == "FUNC" && symbol[7].contains("VitalsKernels")
        {
            if let value = UInt(symbol[1], radix: 16) { names[base + value] = String(symbol[7]) }
        }
    }

    func symbol(at address: UInt) -> String? { names[address] }
}
