import Foundation
import Testing
import VitalsDetection
import VitalsTestKit

/// All of every recording where `VITALS_FULL_DETECTION` is set, else the first intervals of some.
enum RecordingExtent {
    static let isFull = ProcessInfo.processInfo.environment["VITALS_FULL_DETECTION"] != nil

    static func part(_ recordings: [Recording], every step: Int, intervals: Int) -> [[UInt16]] {
        recordings.enumerated().filter { isFull || $0.offset % step == 0 }
            .map { Array($0.element.rr.prefix(isFull ? .max : intervals)) }
    }
}

@Suite("RR cleaning on recordings")
struct RRCleaningRecordingTests {
    @Test("classes on NSR2DB and AFDB equal the twin's, and a stream's are the same after the beginning")
    func recordings() {
        let sinus = RecordingExtent.part(Recordings.sinus, every: 9, intervals: 600)
        let fibrillation = RecordingExtent.part(Recordings.fibrillation, every: 9, intervals: 600)
        for rr in sinus + fibrillation {
            let classes = RRCleaning.classes(of: rr)
            #expect(classes.map(\.rawValue) == KubiosTwin(rr).classes())
            let stream = CleaningScenario.stream(rr).map(\.intervalClass)
            #expect(stream.dropFirst(103).elementsEqual(classes.dropFirst(103).map(Optional.some)))
        }
    }
}
