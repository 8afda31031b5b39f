import Benchmark
import VitalsKernels

/// One window of 96 seconds through all kernels, at each level that this machine has. A block holds sixteen.
func kernelBenchmarks() {
    for level in KernelLevel.supported {
        guard let table = try? KernelTable(level) else { continue }
        Benchmark("kernels, window, \(level.rawValue)") { benchmark, block in
            for _ in 0..<operations / WindowBlock.lanes + 1 { table.judge(&block.rows) }
        } setup: {
            Block()
        }
    }
}

/// A block of windows that drift and have gaps, as seventeen in a hundred seconds have.
private final class Block {
    var rows = WindowBlock()

    init() {
        var state: UInt32 = 1
        for lane in 0..<WindowBlock.lanes {
            let ring = (0..<WindowBlock.slots).map { slot -> Int32? in
                state = state &* 1_664_525 &+ 1_013_904_223
                return state >> 24 < 43 ? nil : 7_000 + Int32(state >> 20 & 0xFF) + (slot > 70 ? 900 : 0)
            }
            rows.load(
                ring, oldest: 0, scale: ChartScale(sigmaFloor: 200, slackSixteenths: 8, limitSixteenths: 80), lane: lane
            )
        }
    }
}
