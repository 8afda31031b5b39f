import VitalsCore
import VitalsDetection

/// What a replay is asked to do.
public struct ReplayOptions: Sendable {
    /// The recordings, in the order in which they are played. Each is a run of its own, from its start record to the
    /// end of its open blocks; sequences go on from one to the next.
    public var files: [String]
    /// A configuration of the daemon: its detection, its sensors and its gateway count here. Nil: the defaults.
    public var configuration: String?
    /// The name of the kernels' level; nil: the configuration's.
    public var kernels: String?
    /// Whether evaluations stand between the records.
    public var isTracing = false
    /// The detectors whose evaluations stand there, by name; empty: all.
    public var tracedDetectors: [String] = []
    /// Whether only the digest of the record lines is wanted.
    public var wantsDigest = false
    /// The journal that the records are also kept in; records that it holds are compared and skipped.
    public var journal: String?
    /// Times real time; 0 is as fast as possible.
    public var speed = 0.0

    /// A replay of these files with everything else as it is by default.
    public init(files: [String]) { self.files = files }

    /// The names of the detectors that can be traced.
    public static var detectors: [String] { Engine.detectors.map(\.name) }

    /// What the engine is asked for. The digest is one of records alone.
    var tracing: Tracing {
        guard isTracing, !wantsDigest else { return .off }
        return tracedDetectors.isEmpty ? .all : .detectors(Set(tracedDetectors))
    }
}
