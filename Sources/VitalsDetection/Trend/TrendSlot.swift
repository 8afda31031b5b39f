import VitalsModel

/// The readings of one slot of data time.
struct TrendSlot: Hashable, Sendable {
    /// The slot's number: its start divided by its length.
    let number: Int64
    /// The sum of the valid readings, hundredths.
    private var sum: Int64 = 0
    /// How many they are.
    private(set) var count = 0
    /// Why the last reading without a value had none.
    private(set) var absence: Refusal?

    init(number: Int64, reading: Reading) {
        self.number = number
        take(reading)
    }

    /// Adds a reading. More readings than a slot can hold in 2^31 are left out, so that the sum cannot overflow.
    mutating func take(_ reading: Reading) {
        switch reading {
        case .value(let value):
            guard count < Int32.max else { return }
            sum += Int64(value)
            count += 1
        case .absent(let refusal):
            absence = refusal
        }
    }

    /// The mean in Q16 of a hundredth, towards zero; nil without a reading.
    var sampleQ16: Int64? {
        guard count > 0 else { return nil }
        let (whole, rest) = sum.quotientAndRemainder(dividingBy: Int64(count))
        return whole << 16 + (rest << 16) / Int64(count)
    }

    /// The beginning of this slot or a later one, or the nearer end of the clock's range.
    func start(length: Int64, slotsLater: Int64 = 0) -> MonotonicTime {
        let (later, _) = number.addingReportingOverflow(slotsLater)
        let (microseconds, overflow) = later.multipliedReportingOverflow(by: length)
        return MonotonicTime(microseconds: overflow ? (number < 0 ? .min : .max) : microseconds)
    }
}
