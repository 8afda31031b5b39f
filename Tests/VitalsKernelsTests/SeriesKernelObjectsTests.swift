import Testing
import VitalsKernels

/// What the compiler made of the kernels on one series. That no object holds a weak function or a call is asserted for
/// all files of the kernel modules in `KernelObjectsTests`.
@Suite("Objects of the series kernels", .enabled(if: Binutils.arePresent))
struct SeriesKernelObjectsTests {
    @Test("hold both kernels, in the instructions of their level", arguments: KernelObjectsTests.modules)
    func instructions(module: KernelObjectsTests.Module) throws {
        let functions = try KernelObjects(module: module.name).functions()
        for kernel in ["discord", "pulse"] {
            let mangled = "\(module.name.count)\(module.name)\(kernel.count)\(kernel)yy"
            let bodies = functions.filter { $0.key.contains(mangled) }
            #expect(bodies.count == 1, "\(kernel): \(bodies.keys.sorted())")
            let wide = bodies.values.joined().count { $0.contains(Self.registers(of: module)) }
            #expect(wide > 15, "\(kernel) has \(wide) instructions on \(module.uses)")
        }
    }

    @Test("round every product by itself: nothing is fused", arguments: KernelObjectsTests.modules)
    func nothingIsFused(module: KernelObjectsTests.Module) throws {
        let functions = try KernelObjects(module: module.name).functions()
        let fused = functions.values.joined().filter { line in
            ["vfmadd", "vfmsub", "vfnmadd", "vfnmsub", "fmla", "fmls", "fmadd", "fmsub"].contains { line.hasPrefix($0) }
        }
        #expect(fused.isEmpty, "\(fused)")
    }

    /// Doubles on NEON are pairs.
    private static func registers(of module: KernelObjectsTests.Module) -> String {
        module.uses == ".4s" ? ".2d" : module.uses
    }
}
