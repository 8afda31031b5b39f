import Testing
import VitalsKernels

/// Are the kernels on one series that run those that were asked for?
@Suite("Dispatch of the series kernels", .enabled(if: Binutils.arePresent))
struct SeriesKernelDispatchTests {
    @Test("a level runs the code of its own module", arguments: KernelLevel.supported)
    func level(level: KernelLevel) throws {
        let module =
            switch level {
            case .scalar: "VitalsKernels"
            case .baseline, .arm64: "VitalsKernelsBaseline"
            case .v3: "VitalsKernelsV3"
            case .v4: "VitalsKernelsV4"
            }
        let table = SeriesKernelTable(try KernelTable(level))
        #expect(table.level == level)
        let program = try RunningProgram()
        for (name, address) in [("discord", Self.code(of: table.discord)), ("pulse", Self.code(of: table.pulse))] {
            let symbol = try #require(program.symbol(at: address), "\(name)")
            #expect(symbol.contains("\(module.count)\(module)"), "\(name) runs \(symbol)")
            // The scalar kernels are methods, which a table reaches through closures without a name of their own.
            #expect(level == .scalar || symbol.contains("\(name.count)\(name)yy"), "\(name) runs \(symbol)")
        }
    }

    /// The address of a kernel's code: a kernel is one function value, which is a code address and a context.
    private static func code<Kernel>(of kernel: Kernel) -> UInt {
        unsafe unsafeBitCast(kernel, to: (code: UInt, context: UInt).self).code
    }
}
