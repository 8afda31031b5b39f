import Testing
import VitalsKernels

/// What the compiler made of the kernels: the linker keeps one copy of a weak function for the whole program, so a weak
/// one in these objects could put AVX code in front of a processor without AVX.
@Suite("Kernel objects", .enabled(if: Binutils.arePresent))
struct KernelObjectsTests {
    /// A kernel module with the registers that its code uses, and those of wider instruction sets.
    struct Module: CustomTestStringConvertible {
        let name: String
        let uses: String
        let avoids: [String]
        var testDescription: String { name }
    }

    #if arch(x86_64)
        static let modules = [
            Module(name: "VitalsKernelsBaseline", uses: "%xmm", avoids: ["%ymm", "%zmm"]),
            Module(name: "VitalsKernelsV3", uses: "%ymm", avoids: ["%zmm"]),
            Module(name: "VitalsKernelsV4", uses: "%zmm", avoids: []),
        ]
        static let calls = ["call"]
    #else
        static let modules = [Module(name: "VitalsKernelsBaseline", uses: ".4s", avoids: [])]
        static let calls = ["bl", "blr"]
    #endif

    @Test("hold no weak function", arguments: modules)
    func weakFunctions(module: Module) throws {
        #expect(try KernelObjects(module: module.name).weakFunctions() == [])
    }

    @Test("hold the six kernels, in the instructions of their level", arguments: modules)
    func instructions(module: Module) throws {
        let functions = try KernelObjects(module: module.name).functions()
        for kernel in ["reference", "hampel", "chart", "summary", "rhythm", "variability"] {
            // The mangled name: the module, the function's name with its length, and that it is a function.
            let mangled = "\(module.name.count)\(module.name)\(kernel.count)\(kernel)yy"
            let bodies = functions.filter { $0.key.contains(mangled) }
            #expect(bodies.count == 1, "\(kernel): \(bodies.keys.sorted())")
            let wide = bodies.values.joined().count { $0.contains(module.uses) }
            #expect(wide > 20, "\(kernel) has \(wide) instructions on \(module.uses)")
        }
        for (name, body) in functions {
            for register in module.avoids {
                #expect(!body.contains { $0.contains(register) }, "\(name) uses \(register)")
            }
        }
    }

    @Test("call nothing: every kernel is a leaf", arguments: modules)
    func leaves(module: Module) throws {
        for (name, body) in try KernelObjects(module: module.name).functions() {
            let calls = body.filter { line in Self.calls.contains { line.hasPrefix("\($0) ") } }
            #expect(calls.isEmpty, "\(name): \(calls)")
        }
    }

    @Test("the rule sees a weak function, and no weak data")
    func ruleBites() {
        let table = """
                42: 0000000000000040    40 FUNC    WEAK   HIDDEN     2 __swift_memcpy80_16
                43: 0000000000000000     2 OBJECT  WEAK   HIDDEN    21 __swift_reflection_version
                44: 0000000000000000     0 FUNC    WEAK   DEFAULT  UND swift_retain
                45: 0000000000000000   371 FUNC    GLOBAL DEFAULT    5 $s15VitalsKernelsV45chart
                46: 0000000000000010     9 IFUNC   UNIQUE DEFAULT    5 chosenLater
            """
        #expect(
            KernelObjects.weakFunctions(among: Binutils.symbols(inTable: table)) == [
                "__swift_memcpy80_16", "chosenLater",
            ])
    }
}
