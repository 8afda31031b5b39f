import Testing
import VitalsKernels

@Suite("Kernel level")
struct KernelLevelTests {
    @Test("names are those of --kernels, and auto is the best")
    func names() throws {
        #expect(KernelLevel.allCases.map(\.rawValue) == ["scalar", "baseline", "x86-64-v3", "x86-64-v4", "arm64"])
        #expect(try KernelLevel(named: "auto") == KernelLevel.best)
        for level in KernelLevel.supported {
            #expect(try KernelLevel(named: level.rawValue) == level)
            #expect(try KernelTable(level).level == level)
        }
        #expect(KernelTable.best.level == KernelLevel.supported.last)
        #expect(KernelLevel.supported.first == .scalar)
    }

    @Test("auto is the last of the supported levels, whatever they are")
    func automatic() throws {
        for supported in [[KernelLevel.scalar, .baseline, .v3], [.scalar, .arm64], [.scalar]] {
            #expect(try KernelLevel(named: "auto", supported: supported) == supported.last)
        }
    }

    @Test("an unknown name is refused with the names that would do")
    func unknown() {
        let error = #expect(throws: KernelError.self) {
            _ = try KernelLevel(named: "avx2", supported: [.scalar, .baseline, .v3])
        }
        #expect(
            error?.description
                == "unknown kernels \"avx2\": choose one of auto, scalar, baseline, x86-64-v3")
        #expect(throws: KernelError(reason: .unknown(""), supported: KernelLevel.supported)) {
            _ = try KernelLevel(named: "")
        }
    }

    @Test("a level that the machine lacks is named, and refused by the table too")
    func unsupported() {
        let error = #expect(throws: KernelError.self) {
            _ = try KernelLevel(named: "x86-64-v4", supported: [.scalar, .baseline])
        }
        #expect(
            error?.description
                == "this machine lacks the instructions of the kernels \"x86-64-v4\": "
                + "choose one of auto, scalar, baseline")
        for level in KernelLevel.allCases where !KernelLevel.supported.contains(level) {
            #expect(throws: KernelError(reason: .unsupported(level), supported: KernelLevel.supported)) {
                _ = try KernelTable(level)
            }
        }
    }
}
