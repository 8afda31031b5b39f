import VitalsGATT
import VitalsModel

/// The stored records that were handed on already: a sensor that is not allowed to delete them reports all of them at each
/// connection.
///
/// Two records are the same when every byte is and they carry the sensor's time, from a clock that is
/// set: two equal ones without it may be two.
struct StoredRecordMemory: Sendable {
    private var known: Set<[UInt8]> = []

    /// Whether a record is handed on for the first time. Those that there is no room to remember always are.
    mutating func isNew(_ bytes: [UInt8]) -> Bool {
        guard let record = try? PLXSpotCheckMeasurement.decode(bytes), record.value.deviceTime != nil else {
            return true
        }
        if known.contains(bytes) { return false }
        if known.count < LinkLimits.rememberedRecordsMax { known.insert(bytes) }
        return true
    }

    /// The sensor deleted its records.
    mutating func clear() { known = [] }

    /// Records that are remembered.
    var count: Int { known.count }
}
