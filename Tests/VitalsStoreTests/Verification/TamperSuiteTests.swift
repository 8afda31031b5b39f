import Foundation
import Testing
import VitalsCore
import VitalsTestKit

@testable import VitalsStore

@Suite("Random tampering with a journal")
struct TamperSuiteTests {
    /// Edits of each kind: `VITALS_TAMPER=1000` is the full form.
    static let count = ProcessInfo.processInfo.environment["VITALS_TAMPER"].flatMap { Int($0) } ?? 50

    @Test("Every edit, deletion, insertion, reordering, truncation, fork and roll-back is found, sealed or not")
    func found() throws {
        var result = SuiteResult("tampering", tests: [], seed: "11", isFull: Self.count >= 1_000)
        var random = SplitMix64(seed: 11)
        var missed = 0
        for isSealed in [false, true] {
            let directory = try TemporaryDirectory()
            var protection = Tampering.protection
            protection.key = isSealed ? try SealingTests.key(5) : nil
            let suite = try Tampering(in: directory, key: protection.key)
            let evidence = JournalVerifier.Evidence(checkpoint: suite.witness, publicKeys: [suite.publicKey])
            let original = try JournalReader(path: suite.original, protection: protection)
            let outcome = try JournalVerifier.verify(original, evidence)
            #expect(outcome.fault == nil)
            #expect(outcome.records == 57)
            #expect(outcome.dropped == 3)
            #expect(outcome.checkpoints == 4)

            let path = directory.file("copy.sqlite")
            for kind in Tampering.Kind.allCases {
                for _ in 0..<Self.count {
                    let what = try suite.tamper(kind, &random, at: path)
                    let isFound = Self.isFound(path, protection, evidence)
                    if !isFound { missed += 1 }
                    #expect(isFound, "\(kind.rawValue), sealed \(isSealed): \(what)")
                }
                result.count(kind.rawValue + (isSealed ? ", sealed" : ""), Self.count)
            }
        }
        result.goal("every random edit of each kind is found", "\(missed) missed", holds: missed == 0)
        try result.report()
    }

    /// Whether opening or verifying says that something is wrong.
    private static func isFound(
        _ path: String, _ protection: JournalProtection, _ evidence: JournalVerifier.Evidence
    ) -> Bool {
        guard let reader = try? JournalReader(path: path, protection: protection) else { return true }
        defer { try? reader.close() }
        guard let outcome = try? JournalVerifier.verify(reader, evidence) else { return true }
        return outcome.fault != nil
    }
}
