/// How one column of integers is packed: each value is predicted, and what the prediction missed is coded.
///
/// All arithmetic wraps, so that every Int64 comes back, whatever stands beside it. The encoder tries every form and
/// keeps the shortest; ties go to the first, so that the same samples are always the same bytes.
struct SampleColumnForm {
    /// What a value is predicted from.
    enum Predictor: UInt64, CaseIterable {
        /// Nothing: values scatter about one level.
        case none = 0
        /// The value before it: times, and whatever drifts.
        case previous = 1
    }

    /// How the residuals are written.
    enum Coding: Equatable {
        /// Offsets from the least residual, all in 0...span, in truncated binary; a span of zero takes no bits at all.
        case uniform(span: UInt64)
        /// Rice code of the zigzag distance from the median residual, `parameter` low bits each (Rice, Plaunt 1971).
        case rice(parameter: Int)
    }

    var predictor: Predictor
    var coding: Coding
    /// The least residual of a uniform column, the median residual of a Rice column.
    var reference: Int64
    /// The whole column in bits.
    var cost: Int

    /// The shortest form for `values`, which are not empty.
    static func best(for values: [Int64]) -> SampleColumnForm {
        var best: SampleColumnForm?
        for predictor in Predictor.allCases where predictor == .none || values.count > 1 {
            let residuals = residuals(of: values, by: predictor)
            let opening = predictor == .previous ? EliasDelta.cost(values[0].zigzag) : 0
            for form in [uniform(residuals), rice(residuals)] where opening + form.cost < best?.cost ?? .max {
                best = form
                best?.predictor = predictor
                best?.cost += opening
            }
        }
        return best ?? uniform(values)
    }

    /// What the predictor missed; for `.previous` the first value is written by itself.
    static func residuals(of values: [Int64], by predictor: Predictor) -> [Int64] {
        switch predictor {
        case .none: values
        case .previous: zip(values.dropFirst(), values).map { $0 &- $1 }
        }
    }

    /// `count` values as `SampleBlockEncoder` wrote them, at least one.
    static func read(count: Int, from reader: inout BitReader) throws(BitReader.Fault) -> [Int64] {
        let isFromPrevious = try reader.read(bits: 1) == 1
        var values: [Int64] = []
        values.reserveCapacity(count)
        if isFromPrevious { values.append(Int64(zigzag: try reader.readDelta())) }
        let isRice = try reader.read(bits: 1) == 1
        let reference = Int64(zigzag: try reader.readDelta())
        let detail = try reader.readDelta()
        let uniform = TruncatedBinary(span: detail)
        guard !isRice || detail < UInt64.bitWidth else { throw .malformed }
        while values.count < count {
            let residual =
                isRice
                ? reference &+ Int64(zigzag: try Rice.read(parameter: Int(detail), from: &reader))
                : reference &+ Int64(bitPattern: try uniform.read(from: &reader))
            values.append(isFromPrevious ? residual &+ (values.last ?? 0) : residual)
        }
        return values
    }

    private static func uniform(_ residuals: [Int64]) -> SampleColumnForm {
        let least = residuals.min() ?? 0
        let span = UInt64(bitPattern: (residuals.max() ?? 0) &- least)
        let code = TruncatedBinary(span: span)
        let cost = residuals.reduce(EliasDelta.cost(least.zigzag) + EliasDelta.cost(span)) {
            $0 + code.bits(of: UInt64(bitPattern: $1 &- least))
        }
        return SampleColumnForm(predictor: .none, coding: .uniform(span: span), reference: least, cost: cost)
    }

    private static func rice(_ residuals: [Int64]) -> SampleColumnForm {
        let median = residuals.sorted()[residuals.count / 2]
        let distances = residuals.map { ($0 &- median).zigzag }
        let opening = EliasDelta.cost(median.zigzag)
        var best = SampleColumnForm(predictor: .none, coding: .rice(parameter: 0), reference: median, cost: .max)
        for parameter in 0..<UInt64.bitWidth {
            let cost = distances.reduce(opening + EliasDelta.cost(UInt64(parameter))) {
                $0 + Rice.bits(of: $1, parameter: parameter)
            }
            if cost < best.cost {
                best.coding = .rice(parameter: parameter)
                best.cost = cost
            } else if distances.allSatisfy({ $0 >> UInt64(parameter) == 0 }) {
                break
            }
        }
        return best
    }
}

extension Int64 {
    /// Small magnitudes of either sign as small numbers: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4.
    var zigzag: UInt64 { UInt64(bitPattern: self << 1 ^ self >> 63) }

    init(zigzag value: UInt64) { self = Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
}
