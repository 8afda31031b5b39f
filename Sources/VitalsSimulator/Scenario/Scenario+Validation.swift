import VitalsModel

extension Scenario {
    /// Checks every value against its range, and that the parts fit together; the first fault found is thrown.
    public func validate() throws(ScenarioError) {
        try check("duration", duration, 1_000...VitalsSimulatorLimits.durationMilliseconds)
        try checkText("name", name)
        // From there to the end of 9999, so that every time in it can be written.
        guard (0..<253_402_300_800_000_000).contains(start.microseconds) else {
            throw ScenarioError(key: "start", message: "lies outside the years 1970 to 9999")
        }
        guard !sensors.isEmpty else {
            throw ScenarioError(key: "sensor", message: "is missing; at least one [[sensor]] is expected")
        }
        for (index, sensor) in sensors.enumerated() { try sensor.validate("sensor[\(index)]") }
        try checkAddresses()
        try checkSubjects()
        let episodeMax = VitalsSimulatorLimits.episodeCountMax
        guard episodes.count <= episodeMax else {
            throw ScenarioError(
                key: "episode", message: "\(episodes.count) episodes; at most \(episodeMax) are allowed")
        }
        for (index, episode) in episodes.enumerated() {
            try checkPlace("episode[\(index)]", episode.kind, sensor: episode.sensor)
            try check("episode[\(index)].at", episode.at ?? .seconds(0), 0...(duration.milliseconds - 1))
            try episode.validate("episode[\(index)]")
        }
        for (index, block) in random.enumerated() { try validate(block, "random[\(index)]") }
        try checkOverlaps()
    }

    private func validate(_ block: RandomEpisodes, _ path: String) throws(ScenarioError) {
        try checkPlace(path, block.episode.kind, sensor: block.sensor)
        guard block.episode.kind.scope != .gateway else {
            throw ScenarioError(
                key: "\(path).episode.kind", message: "\(block.episode.kind.rawValue) cannot be random; use [[episode]]"
            )
        }
        guard block.episode.sensor == nil, block.episode.at == nil else {
            throw ScenarioError(key: "\(path).episode", message: "sensor and at belong to [[random]] itself")
        }
        try block.episode.validate("\(path).episode")
        try check("\(path).at", block.at, 0...(duration.milliseconds - 1))
        try check("\(path).every", block.every, 1_000...VitalsSimulatorLimits.durationMilliseconds)
        try check("\(path).spread", block.spread, 0...90_000, "%")
        let period = block.duration ?? duration
        try check("\(path).duration", period, 1_000...VitalsSimulatorLimits.durationMilliseconds)
        let count = min(period, duration).milliseconds / block.every.milliseconds
        let countMax = Int64(VitalsSimulatorLimits.episodeCountMax) / 10
        guard count <= countMax else {
            throw ScenarioError(
                key: "\(path).every", message: "\(block.every) gives \(count) episodes; at most \(countMax) are allowed"
            )
        }
    }

    /// The sensor exists and can show what befalls it.
    private func checkPlace(_ path: String, _ kind: EpisodeKind, sensor: SensorAddress?) throws(ScenarioError) {
        guard let address = sensor else { return }
        guard kind.scope != .gateway else {
            throw ScenarioError(key: "\(path).sensor", message: "\(kind.rawValue) befalls the gateway, not a sensor")
        }
        guard let found = sensors.first(where: { $0.address == address }) else {
            throw ScenarioError(key: "\(path).sensor", message: "\(address) is the address of no [[sensor]]")
        }
        if kind.scope == .oximeter && !found.kind.hasOximetry {
            throw ScenarioError(
                key: "\(path).sensor", message: "\(address) is a strap; \(kind.rawValue) needs an oximeter")
        }
    }

    private func checkAddresses() throws(ScenarioError) {
        let total = sensors.reduce(0) { $0 + $1.copies }
        guard total <= VitalsSimulatorLimits.sensorCountMax else {
            throw ScenarioError(
                key: "sensor",
                message: "\(total) sensors with copies; at most \(VitalsSimulatorLimits.sensorCountMax) are allowed")
        }
        let ranges = sensors.enumerated().map { (index: $0, first: $1.address.rawValue, count: UInt64($1.copies)) }
            .sorted { ($0.first, $0.index) < ($1.first, $1.index) }
        for (lower, upper) in zip(ranges, ranges.dropFirst()) where lower.first + lower.count > upper.first {
            let (index, other) = (max(lower.index, upper.index), min(lower.index, upper.index))
            throw ScenarioError(
                key: "sensor[\(index)].address", message: "is also an address of sensor[\(other)], copies included")
        }
        if let last = ranges.last, last.first + last.count > 1 << 48 {
            throw ScenarioError(key: "sensor[\(last.index)].copies", message: "the addresses pass FF:FF:FF:FF:FF:FF")
        }
    }

    private func checkSubjects() throws(ScenarioError) {
        var seen: Set<String> = []
        for (index, sensor) in sensors.enumerated() {
            guard seen.insert(sensor.subjectName).inserted || sensor.heart == nil else {
                throw ScenarioError(
                    key: "sensor[\(index)].heart",
                    message: "the heart of subject \"\(sensor.subjectName)\" stands in an earlier sensor")
            }
        }
    }

    /// Written episodes that exclude each other must not overlap on any sensor.
    private func checkOverlaps() throws(ScenarioError) {
        for index in sensors.indices {
            try checkOverlaps(episodes.indices.filter { befalls(episodes[$0], sensor: index) })
        }
        try checkOverlaps(episodes.indices.filter { episodes[$0].kind == .unsynchronisedClock })
    }

    private func checkOverlaps(_ indices: [Int]) throws(ScenarioError) {
        let byBegin = indices.sorted { (episodes[$0].value(.at), $0) < (episodes[$1].value(.at), $1) }
        var last: [EpisodeKind: Int] = [:]
        for index in byBegin {
            let episode = episodes[index]
            if let earlier = last[episode.kind.group] {
                let end = episodes[earlier].value(.at) + episodes[earlier].lengthMilliseconds
                guard episode.value(.at) >= end + episode.kind.separationMilliseconds else {
                    throw ScenarioError(
                        key: "episode[\(index)].at",
                        message: "\(episode.kind.rawValue) comes too soon after episode[\(earlier)] "
                            + "(\(episodes[earlier].kind.rawValue)); it may begin at "
                            + "\(ScenarioSpan(milliseconds: end + episode.kind.separationMilliseconds))")
                }
            }
            last[episode.kind.group] = index
        }
    }

    /// Whether a written episode befalls the sensor entry of that index.
    func befalls(_ episode: Episode, sensor index: Int) -> Bool {
        befalls(episode.kind, named: episode.sensor, sensor: index)
    }

    /// Whether an episode of `kind` at the sensor `named` befalls the sensor entry of that index.
    func befalls(_ kind: EpisodeKind, named: SensorAddress?, sensor index: Int) -> Bool {
        let sensor = sensors[index]
        switch kind.scope {
        case .gateway: return false
        case .oximeter: return sensor.kind.hasOximetry && (named ?? sensor.address) == sensor.address
        case .sensor: return (named ?? sensor.address) == sensor.address
        case .subject:
            guard let named else { return true }
            return sensors.first { $0.address == named }?.subjectName == sensor.subjectName
        }
    }
}

extension Episode {
    /// Checks the parameters of the kind, and that there are no others.
    func validate(_ path: String) throws(ScenarioError) {
        if !kind.hasOwnLength {
            guard let duration else {
                throw ScenarioError(key: "\(path).duration", message: "is missing; \(Expected.span) is expected")
            }
            try check("\(path).duration", duration, 1_000...VitalsSimulatorLimits.durationMilliseconds)
        }
        for parameter in kind.parameters {
            let key = "\(path).\(parameter.key.stringValue)"
            guard let value = given(parameter.key) ?? parameter.fallback else {
                throw ScenarioError(key: key, message: "is missing; \(Expected.span) is expected")
            }
            if parameter.unit.isEmpty {
                try check(key, ScenarioSpan(milliseconds: value), parameter.range)
            } else {
                try check(key, ScenarioNumber(thousandths: value), parameter.range, parameter.unit)
            }
        }
        if let reason { try checkText("\(path).reason", reason) }
        if let key = CodingKeys.allCases.first(where: { isGiven($0) && !allows($0) }) {
            throw ScenarioError(
                key: "\(path).\(key.stringValue)", message: "does not belong to an episode of kind \(kind.rawValue)")
        }
    }

    private func isGiven(_ key: CodingKeys) -> Bool {
        switch key {
        case .kind: true
        case .sensor: sensor != nil
        case .origin: origin != nil
        case .pattern: pattern != nil
        case .reason: reason != nil
        case .synchronised: synchronised != nil
        default: given(key) != nil
        }
    }

    private func allows(_ key: CodingKeys) -> Bool {
        switch key {
        case .kind, .sensor, .at: true
        case .duration: !kind.hasOwnLength
        case .origin, .pattern: kind == .prematureBeats
        case .reason: kind == .linkLoss
        case .synchronised: kind == .clockStep
        default: kind.parameters.contains { $0.key == key }
        }
    }
}
