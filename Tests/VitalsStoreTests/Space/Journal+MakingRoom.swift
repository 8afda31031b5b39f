import VitalsCore
import VitalsModel

@testable import VitalsStore

extension Journal {
    /// Appends as the writer's thread does: what finds no room is tried again after room was made.
    ///
    /// - Returns: How often it was refused; nil when no room could be made.
    func appendMakingRoom(_ records: [Record], at stamp: Stamp) throws -> Int? {
        for refusals in 0..<1_000 {
            if try isAppended(records) { return refusals }
            guard try makeRoom(at: stamp) else { return nil }
        }
        return nil
    }

    private func isAppended(_ records: [Record]) throws -> Bool {
        do {
            try append(records)
            return true
        } catch {
            guard error.code == .diskFull else { throw error }
            return false
        }
    }
}
