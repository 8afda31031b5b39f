import Foundation
import Testing
import VitalsTestKit

/// The architecture as a test: who may import whom, and what the core may not know.
@Suite("Layering")
struct LayeringTests {
    static let core = [
        "VitalsModel", "VitalsJSON", "VitalsGATT", "VitalsCapture", "VitalsKernels", "VitalsKernelsBaseline",
        "VitalsKernelsV3", "VitalsKernelsV4", "VitalsDetection", "VitalsCore", "VitalsSimulator",
    ]
    /// The event loop and the bus that adapters live on.
    static let platform = ["VitalsSystemd"]
    static let adapters = ["VitalsFiles", "VitalsStore", "VitalsMQTT", "VitalsBlueZ", "VitalsHCI"]
    /// From the top of `Package.swift` down: a module may import what stands before it.
    static let order =
        [
            "VitalsModel", "VitalsJSON", "VitalsGATT", "VitalsCapture", "VitalsKernelsBaseline", "VitalsKernelsV3",
            "VitalsKernelsV4", "VitalsKernels", "VitalsDetection", "VitalsCore", "VitalsSimulator",
        ] + platform + adapters + composition

    /// What joins them, and the executables.
    static let composition = [
        "VitalsDisk", "VitalsDaemon", "VitalsSimulation", "VitalsTools", "vitalsd", "vitalsctl",
    ]

    /// What no core file imports. `CCPUFeatures` is the one exception, for the dispatch of the kernels.
    static func isOutside(_ module: String) -> Bool {
        let systems = [
            "Foundation", "FoundationEssentials", "Glibc", "Musl", "Dispatch", "Synchronization", "Crypto",
            "GRDB", "TOMLKit", "Logging", "ArgumentParser",
        ]
        let isC = module.first == "C" && module.dropFirst().first?.isUppercase == true
        return systems.contains(module) || isC
    }

    @Test("every module of Sources stands in the order")
    func everyModuleIsKnown() throws {
        let modules = Set(try SourceTree(folder: "Sources").files.map(\.module))
        #expect(modules.subtracting(Self.order).isEmpty)
        #expect(modules.isSuperset(of: ["VitalsModel", "VitalsCore", "vitalsd"]))
    }

    @Test("no file of the core imports Foundation, a C module or a package")
    func coreIsPure() throws {
        for file in try SourceTree(folder: "Sources").files where Self.core.contains(file.module) {
            for (line, module) in file.imports where Self.isOutside(module) {
                let isDispatch = file.module == "VitalsKernels" && module == "CCPUFeatures"
                #expect(isDispatch, "\(file.path):\(line) imports \(module)")
            }
        }
    }

    @Test("imports point one way, and adapters never import each other")
    func importsPointOneWay() throws {
        for file in try SourceTree(folder: "Sources").files {
            guard let own = Self.order.firstIndex(of: file.module) else { continue }
            for (line, module) in file.imports {
                guard let other = Self.order.firstIndex(of: module) else { continue }
                #expect(other < own, "\(file.path):\(line) imports \(module), which stands below")
                let bothAdapt = Self.adapters.contains(file.module) && Self.adapters.contains(module)
                #expect(!bothAdapt, "\(file.path):\(line): an adapter imports the adapter \(module)")
            }
        }
    }

    @Test("the core knows no clock, no randomness and no output")
    func coreCallsNothingOutside() throws {
        let banned = [
            "Date(", "UUID(", ".random(", "SystemRandomNumberGenerator", "ContinuousClock", "SuspendingClock",
            "print(", "readLine(", "Task {", "Task.detached",
        ]
        for file in try SourceTree(folder: "Sources").files where Self.core.contains(file.module) {
            for (index, line) in file.lines.enumerated() {
                let code = line.prefix { $0 != "/" }  // Comments may name what code may not.
                for call in banned where code.replacing("BluetoothUUID(", with: "").contains(call) {
                    Issue.record("\(file.path):\(index + 1) calls \(call)")
                }
            }
        }
    }

    @Test("nothing in Sources is left over, forced or long")
    func sourcesAreTidy() throws {
        let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X:", "try" + "!", "as" + "! "]
        for file in try SourceTree(folder: "Sources").files {
            #expect(file.lines.count <= 500, "\(file.path) has \(file.lines.count) lines: split it")
            for (index, line) in file.lines.enumerated() {
                for mark in marks where line.contains(mark) {
                    Issue.record("\(file.path):\(index + 1) holds \(mark)")
                }
            }
        }
    }

    @Test("the checks themselves see what they are for")
    func checksBite() {
        let file = SourceTree.File(
            module: "VitalsCore", path: "x",
            lines: ["public import Foundation", "import struct Glibc.tm", "  import VitalsModel", "let import = 1"])
        #expect(file.imports.map(\.module) == ["Foundation", "Glibc", "VitalsModel"])
        #expect(Self.isOutside("CMosquitto") && Self.isOutside("Foundation") && !Self.isOutside("VitalsModel"))
    }
}
