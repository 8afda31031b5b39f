import VitalsCore
import VitalsModel
import VitalsTestKit

extension RecordMaker {
    /// The first record of seed 1.
    static var first: Record {
        var maker = RecordMaker(seed: 1)
        return maker.record()
    }
}

extension WallTime {
    /// The Unix epoch.
    static let zero = WallTime(microseconds: 0)
}
