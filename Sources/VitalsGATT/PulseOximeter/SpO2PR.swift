/// An oxygen saturation and a pulse rate that were measured together; the SIG calls the pair SpO2PR.
public struct SpO2PR: Hashable, Sendable {
    /// Oxygen saturation in per cent. No range is implied: `PLXValidity` judges it.
    public let spO2: SFLOAT
    /// Pulse rate in beats per minute. No range is implied: `PLXValidity` judges it.
    public let pulseRate: SFLOAT

    /// A pair.
    public init(spO2: SFLOAT, pulseRate: SFLOAT) {
        self.spO2 = spO2
        self.pulseRate = pulseRate
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.append(littleEndian: spO2.rawValue)
        bytes.append(littleEndian: pulseRate.rawValue)
    }
}
