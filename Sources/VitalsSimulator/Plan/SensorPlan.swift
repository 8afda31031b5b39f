import VitalsModel

/// One sensor of the simulation, copies told apart: its parameters, its random streams and its episodes.
struct SensorPlan: Hashable, Sendable {
    let address: SensorAddress
    let specification: SensorSpecification
    let heart: HeartParameters
    /// All episodes in order of their begin.
    let episodes: [PlannedEpisode]
    /// The seed of what belongs to the body; sensors of one subject have the same.
    let subjectSeed: UInt64
    /// The seed of what belongs to the sensor alone.
    let sensorSeed: UInt64
    /// The end of the scenario in microseconds.
    let end: Int64

    /// The planned episodes of some kinds, in order of their begin.
    func episodes(_ kinds: EpisodeKind...) -> [PlannedEpisode] { episodes.filter { kinds.contains($0.kind) } }
}

extension Scenario {
    /// The plans of all sensors, copies included, in the order of the scenario. The scenario has been validated.
    func sensorPlans(seed: UInt64) -> [SensorPlan] {
        sensors.indices.flatMap { index in
            (0..<sensors[index].copies).map { plan(sensor: index, copy: UInt64($0), seed: seed) }
        }
    }

    /// The episodes of the gateway, in order of their begin.
    func gatewayPlan() -> [PlannedEpisode] {
        inOrder(episodes.filter { $0.kind.scope == .gateway }.map(planned))
    }

    private func planned(_ episode: Episode) -> PlannedEpisode {
        PlannedEpisode(episode, at: episode.value(.at), limit: duration.microseconds)
    }

    private func plan(sensor index: Int, copy: UInt64, seed: UInt64) -> SensorPlan {
        let sensor = sensors[index]
        let address = SensorAddress(rawValue: sensor.address.rawValue + copy)
        var subject = RandomStream(seed: seed, 1, streamLabel(sensor.subjectName), copy)
        var own = RandomStream(seed: seed, 2, address.rawValue)
        let (subjectSeed, sensorSeed) = (subject.next(), own.next())
        var planned = episodes.filter { befalls($0, sensor: index) }.map(planned)
        for (number, block) in random.enumerated() {
            let kind = block.episode.kind
            guard befalls(kind, named: block.sensor, sensor: index) else { continue }
            // What befalls the subject must befall all its sensors at the same times.
            let base = kind.scope == .subject ? subjectSeed : sensorSeed
            var stream = RandomStream(seed: base, 3, UInt64(number))
            draw(block, &stream, into: &planned)
        }
        let heart = sensors.first { $0.subjectName == sensor.subjectName }?.heart ?? HeartParameters()
        return SensorPlan(
            address: address, specification: sensor, heart: heart, episodes: inOrder(planned), subjectSeed: subjectSeed,
            sensorSeed: sensorSeed, end: duration.microseconds)
    }

    /// Draws the episodes of a random block. One that would overlap an episode that it excludes does not happen.
    private func draw(_ block: RandomEpisodes, _ random: inout RandomStream, into planned: inout [PlannedEpisode]) {
        let group = block.episode.kind.group
        let separation = block.episode.kind.separationMilliseconds * 1_000
        let others = planned.filter { $0.kind.group == group }
        let end = min(duration.milliseconds, block.at.milliseconds + (block.duration ?? duration).milliseconds)
        var at = block.at.milliseconds + random.below(block.every.milliseconds)
        var count = 0
        while at < end && count < VitalsSimulatorLimits.episodeCountMax {
            let next = PlannedEpisode(
                block.episode.varied(block.spread, &random), at: at, limit: duration.microseconds)
            let gap = Self.varied(block.every.milliseconds, block.spread, &random)
            if others.allSatisfy({ next.begin >= $0.end + separation || next.end + separation <= $0.begin }) {
                planned.append(next)
                count += 1
            }
            at = max(at + gap, (next.end + separation) / 1_000 + 1)
        }
    }

    /// A number varied by up to the spread either way.
    static func varied(_ number: Int64, _ spread: ScenarioNumber, _ random: inout RandomStream) -> Int64 {
        let share = random.within(-spread.thousandths...spread.thousandths)
        // Spans reach 2.7 · 10^9 ms and shares 9 · 10^4: the product stays far inside 64 bits.
        return number + number * share / 100_000
    }

    private func inOrder(_ episodes: [PlannedEpisode]) -> [PlannedEpisode] {
        let sorted = episodes.enumerated().sorted { ($0.element.begin, $0.offset) < ($1.element.begin, $1.offset) }
        return sorted.enumerated().map { index, entry in
            var episode = entry.element
            episode.id = index + 1
            return episode
        }
    }
}

extension Episode {
    /// The episode with its lengths and its depth varied by up to the spread either way, inside the allowed ranges.
    fileprivate func varied(_ spread: ScenarioNumber, _ random: inout RandomStream) -> Episode {
        var result = self
        func draw(_ key: CodingKeys) -> Int64 {
            let number = Scenario.varied(value(key), spread, &random)
            guard let range = kind.parameters.first(where: { $0.key == key })?.range else { return max(1_000, number) }
            return min(max(number, range.lowerBound), range.upperBound)
        }
        switch kind {
        case .desaturation:
            result.depth = ScenarioNumber(thousandths: draw(.depth))
            result.fall = ScenarioSpan(milliseconds: draw(.fall))
            result.hold = ScenarioSpan(milliseconds: draw(.hold))
            result.recovery = ScenarioSpan(milliseconds: draw(.recovery))
        case .pause: result.length = ScenarioSpan(milliseconds: draw(.length))
        default: result.duration = ScenarioSpan(milliseconds: draw(.duration))
        }
        return result
    }
}
