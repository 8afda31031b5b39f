/// All changes of a disk over some time, to be cut at any of them: what a power cut there would have left.
public struct DiskRecording: Sendable {
    private let root: String
    private let start: DiskState
    private let isPowersafe: Bool
    private var operations: [DiskOperation] = []

    init(root: String, start: DiskState, isPowersafe: Bool) {
        self.root = root
        self.start = start
        self.isPowersafe = isPowersafe
    }

    mutating func note(_ operation: DiskOperation) { operations.append(operation) }

    /// What a power cut left.
    public struct Cut: Sendable {
        /// How many of the recorded changes came before it.
        public let point: Int
        /// What became of the unsynced ones.
        public let policy: CrashPolicy
        /// The last promise before it; 0 before the first.
        public let promised: UInt64
        /// The files, by path below the root of a disk.
        public let image: DiskImage
    }

    /// The changes, promises not counted.
    public var count: Int {
        operations.reduce(0) { count, operation in
            if case .promise = operation { count } else { count + 1 }
        }
    }

    /// Cuts the power at so many points drawn from the seed, in order of time, all policies in turn.
    public func cuts(_ count: Int, seed: UInt64, _ body: (Cut) throws -> Void) rethrows {
        var random = DiskRandom(seed: seed)
        let points = (0..<count).map { _ in random.below(operations.count + 1) }.sorted()
        var disk = start
        var done = 0
        var changes = 0
        var promised: UInt64 = 0
        for (number, point) in points.enumerated() {
            while done < point {
                if case .promise(let value) = operations[done] { promised = value } else { changes += 1 }
                disk.apply(operations[done])
                done += 1
            }
            let policy = CrashPolicy.allCases[number % CrashPolicy.allCases.count]
            let left = disk.afterCrash(policy, isPowersafe: isPowersafe, random: &random)
            var relative = DiskImage()
            for (path, bytes) in left.files { relative.files[String(path.dropFirst(root.count))] = bytes }
            try body(Cut(point: changes, policy: policy, promised: promised, image: relative))
        }
    }
}
