import Glibc
import MachineLimit
import VitalsKernels

#if arch(x86_64)
    import MachineLimitV3
    import MachineLimitV4
#endif

extension Comparison {
    /// `levels`: the kernel levels of this machine, slowest first.
    static func levels(_ arguments: Arguments) -> [String: Any] {
        ["levels": KernelLevel.supported.map(\.rawValue)]
    }

    /// `windows FILE LEVEL loaded|whole [OUTPUT]`: windows of 96 samples (int32, hundredths), their features one after the
    /// other. `loaded` leaves out the time that it takes to put the windows side by side.
    static func windows(_ arguments: Arguments) throws -> [String: Any] {
        let samples = try arguments.file(0, of: Int32.self)
        let table = try KernelTable(KernelLevel(named: arguments[1]))
        let count = samples.count / WindowBlock.slots
        let rings = (0..<count).map { window in
            samples[window * WindowBlock.slots..<(window + 1) * WindowBlock.slots].map { Int32?.some($0) }
        }
        let scale = ChartScale(sigmaFloor: 200)
        var answer: [String: Any]
        if arguments[2] == "loaded" {
            var blocks = [WindowBlock](repeating: WindowBlock(), count: (count - 1) / WindowBlock.lanes + 1)
            for (window, ring) in rings.enumerated() {
                blocks[window / WindowBlock.lanes].load(
                    ring, oldest: 0, scale: scale, lane: window % WindowBlock.lanes)
            }
            answer = nanoseconds(operations: count) {
                for block in blocks.indices { table.judge(&blocks[block]) }
            }
        } else {
            var block = WindowBlock()
            var sum = 0
            answer = nanoseconds(operations: count) {
                for (window, ring) in rings.enumerated() {
                    let lane = window % WindowBlock.lanes
                    block.load(ring, oldest: 0, scale: scale, lane: lane)
                    guard lane == WindowBlock.lanes - 1 || window == count - 1 else { continue }
                    table.judge(&block)
                    for lane in 0...lane { sum &+= Int(block.figures(lane: lane).medianQ1) }
                }
            }
            answer["sum"] = sum
        }
        try arguments.write(figures(rings, table, scale), to: 3)
        return answer
    }

    /// Thirteen numbers of each window, for the comparison with another's.
    private static func figures(_ rings: [[Int32?]], _ table: KernelTable, _ scale: ChartScale) -> [Int32] {
        var block = WindowBlock()
        return rings.flatMap { ring -> [Int32] in
            block.load(ring, oldest: 0, scale: scale, lane: 0)
            table.judge(&block)
            let found = block.figures(lane: 0)
            return [
                found.medianQ1, found.madQ2, found.sigmaQ2, Int32(bitPattern: found.outliers), found.ewmaQ8,
                found.ewmaExtremeQ8, found.up.cusumQ2, found.down.cusumQ2, Int32(found.up.slot ?? -1),
                Int32(found.down.slot ?? -1), found.minimum, found.maximum, found.sum,
            ]
        }
    }

    /// `one-block LEVEL`: stops the process before and after one block of windows, for a tracer that counts instructions.
    static func oneBlock(_ arguments: Arguments) throws -> [String: Any] {
        let table = try KernelTable(KernelLevel(named: arguments[0]))
        var block = WindowBlock()
        for lane in 0..<WindowBlock.lanes {
            let ring = (0..<WindowBlock.slots).map { Int32?.some(7_000 + Int32($0 * $0 * (lane + 3) % 97) * 10) }
            block.load(ring, oldest: 0, scale: ChartScale(sigmaFloor: 200), lane: lane)
        }
        table.judge(&block)
        raise(SIGSTOP)
        table.judge(&block)
        raise(SIGSTOP)
        return ["windows": WindowBlock.lanes]
    }

    /// `machine LEVEL`: vector operations a nanosecond, and bytes a nanosecond from memory and from a cache, one thread.
    static func machine(_ arguments: Arguments) throws -> [String: Any] {
        let level = try KernelLevel(named: arguments[0])
        let count = 1 << 20  // 64 MiB, beyond every cache
        var memory = [MachineLimit.Lanes](repeating: MachineLimit.Lanes(repeating: 1), count: count)
        var found: [String: Any] = [:]
        unsafe memory.withUnsafeMutableBufferPointer { buffer in
            guard let rows = buffer.baseAddress else { return }
            var done = 0
            let busy = nanoseconds(operations: 1) { done = unsafe operate(rows, level) }
            found["operations"] = Double(done) / (busy["nanoseconds"] as? Double ?? .infinity)
            for (name, part) in [("memory", count), ("cache", 256)] {
                let rounds = (1 << 21) / part
                let time = nanoseconds(operations: rounds * part * 64) {
                    for _ in 0..<rounds { unsafe read(rows, part, level) }
                }
                found[name] = 1 / (time["nanoseconds"] as? Double ?? .infinity)
            }
        }
        return found
    }

    private static func operate(_ rows: UnsafeMutablePointer<MachineLimit.Lanes>, _ level: KernelLevel) -> Int {
        let rounds = 1_000_000
        switch level {
        #if arch(x86_64)
            case .v3: return unsafe MachineLimitV3.integerOperations(rows, rounds: rounds)
            case .v4: return unsafe MachineLimitV4.integerOperations(rows, rounds: rounds)
        #endif
        default: return unsafe MachineLimit.integerOperations(rows, rounds: rounds)
        }
    }

    private static func read(_ rows: UnsafeMutablePointer<MachineLimit.Lanes>, _ count: Int, _ level: KernelLevel) {
        switch level {
        #if arch(x86_64)
            case .v3: unsafe MachineLimitV3.readRows(rows, count: count)
            case .v4: unsafe MachineLimitV4.readRows(rows, count: count)
        #endif
        default: unsafe MachineLimit.readRows(rows, count: count)
        }
    }
}
