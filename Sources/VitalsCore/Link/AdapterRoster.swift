import VitalsModel

/// Which adapters may be used, and which of them are not there: with a list each of its entries is expected, without one any
/// adapter will do.
struct AdapterRoster: Sendable {
    private let choices: [LinkConfiguration.AdapterChoice]
    private var present: [AdapterIndex: SensorAddress] = [:]
    /// Since when each expected one is missing, in the order of the configuration; the one entry stands for any without a
    /// list. Nil when it is there, or when the service that would tell is not.
    private var missingSince: [MonotonicTime?]

    init(_ choices: [LinkConfiguration.AdapterChoice]) {
        self.choices = Array(choices.prefix(LinkLimits.adaptersMax))
        missingSince = Array(repeating: nil, count: max(1, self.choices.count))
    }

    /// Whether an adapter may be used.
    func allows(_ index: AdapterIndex, _ address: SensorAddress) -> Bool {
        guard !choices.isEmpty else { return present[index] != nil || present.count < LinkLimits.adaptersMax }
        return choices.contains { Self.matches($0, index, address) }
    }

    /// The service is there: every adapter is missing until it is named.
    mutating func serviceCame(at time: MonotonicTime) {
        present = [:]
        for index in missingSince.indices { missingSince[index] = time }
    }

    /// The service is gone: nothing can be said of adapters.
    mutating func serviceWent() {
        present = [:]
        for index in missingSince.indices { missingSince[index] = nil }
    }

    /// An adapter is there.
    mutating func came(_ index: AdapterIndex, _ address: SensorAddress, at time: MonotonicTime) {
        present[index] = address
        update(at: time)
    }

    /// An adapter is gone.
    mutating func went(_ index: AdapterIndex, at time: MonotonicTime) {
        present[index] = nil
        update(at: time)
    }

    /// When to ask `missing` again.
    func deadline(after time: MonotonicTime) -> MonotonicTime? {
        missingSince.compactMap { $0.map { $0 + LinkLimits.adapterGrace } }.filter { $0 > time }.min()
    }

    /// What is expected and missing for too long, and what is not, each by name.
    func expected(at time: MonotonicTime) -> [(name: String, isMissing: Bool)] {
        missingSince.indices.map { position in
            (name(position), missingSince[position].map { $0 + LinkLimits.adapterGrace <= time } ?? false)
        }
    }

    private mutating func update(at time: MonotonicTime) {
        for position in missingSince.indices {
            let isThere =
                choices.isEmpty
                ? !present.isEmpty : present.contains { Self.matches(choices[position], $0.key, $0.value) }
            missingSince[position] = isThere ? nil : missingSince[position] ?? time
        }
    }

    private func name(_ position: Int) -> String {
        guard choices.indices.contains(position) else { return "any adapter" }
        return switch choices[position] {
        case .index(let index): index.description
        case .address(let address): address.description
        }
    }

    private static func matches(
        _ choice: LinkConfiguration.AdapterChoice, _ index: AdapterIndex, _ address: SensorAddress
    ) -> Bool {
        switch choice {
        case .index(let wanted): wanted == index
        case .address(let wanted): wanted == address
        }
    }
}
