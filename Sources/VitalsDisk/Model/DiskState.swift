/// Files with their names, as a running system sees them and as a power cut would leave them. A pure machine.
///
/// Names become durable in the order in which they were changed, as in every journaling file system: at the latest with
/// a sync of their directory, and with the first sync of a new file where SQLite syncs the directory too.
struct DiskState: Sendable {
    private enum NameChange: Sendable {
        case set(String, Int)
        case remove(String)
        case move(String, to: String, Int)
    }

    /// Files by number. A number is never used again.
    private(set) var nodes: [Int: DiskNode] = [:]
    /// The number behind each name.
    private(set) var names: [String: Int] = [:]
    private var durableNames: [String: Int] = [:]
    private var pendingNames: [NameChange] = []
    private var nextNode = 1

    /// A disk that holds an image.
    init(_ image: DiskImage = DiskImage()) {
        for (path, bytes) in image.files.sorted(by: { $0.key < $1.key }) {
            nodes[nextNode] = DiskNode(durable: bytes)
            names[path] = nextNode
            nextNode += 1
        }
        durableNames = names
    }

    /// What the running system sees.
    var image: DiskImage {
        var image = DiskImage()
        for (path, node) in names { image.files[path] = nodes[node]?.bytes }
        return image
    }

    /// What a power cut now leaves.
    func afterCrash(_ policy: CrashPolicy, isPowersafe: Bool, random: inout DiskRandom) -> DiskImage {
        var kept = durableNames
        let count =
            switch policy {
            case .dropped: 0
            case .kept: pendingNames.count
            default: random.below(pendingNames.count + 1)
            }
        for change in pendingNames.prefix(count) { Self.apply(change, to: &kept) }
        var image = DiskImage()
        for (path, node) in kept.sorted(by: { $0.key < $1.key }) {
            image.files[path] = nodes[node]?.afterCrash(policy, isPowersafe: isPowersafe, random: &random)
        }
        return image
    }

    /// The bytes of all files with a name.
    var usedBytes: Int { names.values.reduce(0) { $0 + (nodes[$1]?.bytes.count ?? 0) } }

    /// Does to this disk what was done to another one.
    mutating func apply(_ operation: DiskOperation) {
        switch operation {
        case .create(let path): create(path)
        case .change(let node, let change): nodes[node]?.change(change)
        case .synchronise(let node, let withName):
            nodes[node]?.synchronise()
            if withName { synchroniseNames() }
        case .remove(let path, let isSynced):
            remove(path)
            if isSynced { synchroniseNames() }
        case .move(let path, let other): move(path, to: other)
        case .synchroniseNames: synchroniseNames()
        case .promise: break
        }
    }

    private mutating func create(_ path: String) {
        guard names[path] == nil else { return }
        let node = nextNode
        nextNode += 1
        nodes[node] = DiskNode()
        change(.set(path, node))
    }

    /// The file stays for those who have it open.
    private mutating func remove(_ path: String) {
        guard names[path] != nil else { return }
        change(.remove(path))
    }

    private mutating func move(_ path: String, to other: String) {
        guard let node = names[path] else { return }
        // One change: no power cut shows both names, or neither.
        change(.move(path, to: other, node))
    }

    /// A sync of a file failed.
    mutating func forsake(_ node: Int) { nodes[node]?.forsake() }

    /// Flips bits of a file, on the disk too.
    mutating func damage(_ node: Int, at offset: Int, mask: UInt8) { nodes[node]?.damage(at: offset, mask: mask) }

    private mutating func synchroniseNames() {
        durableNames = names
        pendingNames.removeAll()
    }

    private mutating func change(_ change: NameChange) {
        Self.apply(change, to: &names)
        pendingNames.append(change)
    }

    private static func apply(_ change: NameChange, to names: inout [String: Int]) {
        switch change {
        case .set(let path, let node): names[path] = node
        case .remove(let path): names[path] = nil
        case .move(let path, let other, let node):
            names[path] = nil
            names[other] = node
        }
    }
}
