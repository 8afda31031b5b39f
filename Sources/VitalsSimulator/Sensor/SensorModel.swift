import VitalsGATT
import VitalsModel

/// One simulated sensor on one body: beats, measurements, packets, faults and the truth about them, in order of time.
///
/// Each step makes one measurement. Before it, everything up to its moment happens: beats, begins and ends of episodes,
/// the link's ups and downs. So whatever a later step adds lies after this measurement, and all before may be delivered.
struct SensorModel: Sendable {
    let address: SensorAddress
    private let end: Int64
    private let tellsBeats: Bool
    private let spotCheckEvery: Int64

    private var heart: Heart
    private var beat: Beat
    private var strap: StrapModel?
    private var oximeter: OximeterModel?
    private var device: DeviceModel
    private var radio: RadioLink
    private var faults: PacketFaults
    private var episodes: EpisodeTracker
    private var pauses: [PlannedEpisode]
    private var pauseTally = SensorTally()
    private var nadirs: ArraySlice<(time: Int64, id: Int, spO2: Int64)>
    private var tally = SensorTally()

    private var queue = OutputQueue()
    /// Everything up to here may be delivered.
    private var horizon: Int64 = -1
    private var isFinished = false

    private var firstConnection: Int64?
    private var condition = SensorCondition([])
    private var isUp = false
    private var linkUpTime: Int64 = 0
    private var nextSpotCheck: Int64

    init(_ plan: SensorPlan, trueStart: Int64, troughMicroseconds: Int64, tellsBeats: Bool) {
        let kind = plan.specification.kind
        address = plan.address
        end = plan.end
        self.tellsBeats = tellsBeats
        spotCheckEvery = plan.specification.oximeter.spotCheckEvery.microseconds
        nextSpotCheck = spotCheckEvery
        heart = Heart(plan, troughMicroseconds: troughMicroseconds)
        strap = kind.hasHeartRate ? StrapModel(plan) : nil
        oximeter = kind.hasOximetry ? OximeterModel(plan) : nil
        device = DeviceModel(plan, features: oximeter?.features, trueStart: trueStart)
        radio = RadioLink(plan)
        faults = PacketFaults(plan)
        episodes = EpisodeTracker(plan)
        pauses = plan.episodes(.pause)
        let baseline = plan.specification.oximeter.spO2.hundredths
        nadirs =
            plan.episodes(.desaturation).map {
                (time: $0.begin + $0.fall, id: $0.id, spO2: max(3_000, baseline - $0.depth))
            }[...]
        beat = heart.next()
        firstConnection = radio.firstConnection()
    }

    /// The oldest thing that may be delivered; nil when the scenario is over.
    mutating func head() -> OutputQueue.Entry? {
        while true {
            if let head = queue.head, head.time <= horizon || isFinished { return head }
            guard !isFinished else { return nil }
            step()
        }
    }

    /// Takes it.
    mutating func removeHead() { queue.removeHead() }

    private mutating func step() {
        let time = radio.nextMeasurement()
        guard time < end else { return finish() }
        advance(to: time)
        measure(at: time)
        horizon = time
    }

    private mutating func finish() {
        advance(to: end)
        if let pause = beat.pause {
            tell(.episodeEnded(id: pauses[pause].id, .pause, tally.since(pauseTally), interval: nil), at: end)
        }
        tally.intervalsLost += strap?.discard() ?? 0
        tell(.summary(tally), at: end)
        isFinished = true
    }

    // MARK: Time passes

    /// Lets everything happen that lies between the last measurement and `time`, in order.
    private mutating func advance(to time: Int64) {
        while true {
            let boundary = episodes.nextTime ?? .max
            let connection = firstConnection ?? .max
            let nadir = nadirs.first?.time ?? .max
            let next = min(boundary, connection, nadir, beat.time)
            guard next <= time else { return }
            if boundary == next {
                passBoundary(at: next)
            } else if connection == next {
                firstConnection = nil
                if episodes.current(.linkLoss) == nil { connect(at: next) }
            } else if nadir == next {
                if let nadir = nadirs.popFirst() { tell(.nadir(id: nadir.id, spO2Hundredths: nadir.spO2), at: next) }
            } else {
                passBeat()
            }
        }
    }

    private mutating func passBoundary(at time: Int64) {
        switch episodes.advance(tally) {
        case .begin(let episode)?:
            tell(.episodeBegan(id: episode.id, episode.kind), at: time)
            if episode.kind == .linkLoss, isUp {
                isUp = false
                queue.add(.event(.linkDown(sensor: address, reason: episode.reason)), at: time)
                tell(.linkDown(reason: episode.reason), at: time)
            }
        case .end(let episode, let since)?:
            tell(.episodeEnded(id: episode.id, episode.kind, tally.since(since), interval: nil), at: time)
            if episode.kind == .linkLoss, time < end { connect(at: time) }
        case nil: break
        }
        condition = episodes.condition
    }

    private mutating func connect(at time: Int64) {
        firstConnection = nil
        isUp = true
        linkUpTime = time
        queue.add(.event(.linkUp(sensor: address)), at: time)
        tell(.linkUp, at: time)
        let nextLoss = episodes.nextLinkLoss ?? .max
        for read in device.connectionReads(at: time, clockOffset: clockOffset) where read.time < nextLoss {
            deliver(read.characteristic, read.bytes, at: read.time)
        }
    }

    private mutating func passBeat() {
        tally.beats += 1
        if beat.kind != .normal { tally.prematureBeats += 1 }
        switch strap?.detect(beat, condition) {
        case .missed?: tally.missedBeats += 1
        case .seenTwice?: tally.doubledBeats += 1
        case .seenBoth?: tally.missedBeats -= 1
        case .seen?, .noContact?, nil: break
        }
        oximeter?.feel(beat, condition)
        if tellsBeats { tell(.beat(beat.kind, beat.rhythm, interval: beat.interval), at: beat.time) }
        if let pause = beat.pause {
            let ended = tally.since(pauseTally)
            tell(.episodeEnded(id: pauses[pause].id, .pause, ended, interval: beat.interval), at: beat.time)
        }
        let time = beat.time
        beat = heart.next()
        if let pause = beat.pause {
            pauseTally = tally
            tell(.episodeBegan(id: pauses[pause].id, .pause), at: time)
        }
    }

    // MARK: Measuring and sending

    private var clockOffset: Int64 { episodes.current(.wrongSensorClock)?.offset ?? 0 }

    private mutating func measure(at time: Int64) {
        let oximetry = oximeter?.measure(at: time, condition)
        let subscribed = linkUpTime + VitalsSimulatorLimits.subscriptionMilliseconds * 1_000
        guard isUp, time >= subscribed, episodes.current(.silence) == nil else {
            tally.withheldMeasurements += 1
            tally.intervalsLost += strap?.discard() ?? 0
            return
        }
        if !condition.hasContact || condition.withholdsIntervals { tally.intervalsLost += strap?.discard() ?? 0 }
        var packets = strap?.measure(at: time, condition) ?? []
        if let oximetry {
            let bytes = oximetry.encoded
            packets.append(
                Packet(characteristic: .plxContinuousMeasurement, bytes: bytes, declaredLength: bytes.count))
            if let spotCheck = spotCheck(of: oximetry, at: time) { packets.append(spotCheck) }
        }
        var arrival = radio.arrival(of: time, anchor: linkUpTime)
        for (number, packet) in packets.enumerated() {
            if number > 0 { arrival = radio.next(isLater: packet.characteristic == .heartRateMeasurement) }
            send(packet, at: arrival)
        }
        for (characteristic, bytes) in device.dueReads(at: time, clockOffset: clockOffset) {
            let arrival = radio.next(isLater: true)
            if arrival < episodes.nextLinkLoss ?? .max { deliver(characteristic, bytes, at: arrival) }
        }
    }

    private mutating func spotCheck(of oximetry: PLXContinuousMeasurement, at time: Int64) -> Packet? {
        guard spotCheckEvery > 0, time >= nextSpotCheck else { return nil }
        nextSpotCheck += ((time - nextSpotCheck) / spotCheckEvery + 1) * spotCheckEvery
        let (clock, reading) = device.reading(at: time, clockOffset: clockOffset)
        let measurement = PLXSpotCheckMeasurement(
            spotCheck: oximetry.normal, timestamp: clock.dateTime(reading),
            measurementStatus: oximetry.measurementStatus, deviceAndSensorStatus: oximetry.deviceAndSensorStatus,
            pulseAmplitudeIndex: oximetry.pulseAmplitudeIndex)
        let bytes = measurement.encoded
        return Packet(characteristic: .plxSpotCheckMeasurement, bytes: bytes, declaredLength: bytes.count)
    }

    private mutating func send(_ made: Packet, at arrival: Int64) {
        var packet = made
        var isRepeat = false
        // A spot check is made on demand and confirmed: it neither freezes nor drops.
        let isNotification = made.characteristic != .plxSpotCheckMeasurement
        if isNotification, let earlier = faults.repeated(made, isFrozen: episodes.current(.frozen) != nil) {
            tally.intervalsLost += made.intervals
            packet = earlier
            isRepeat = true
        }
        let characteristic = packet.characteristic
        let dropShare = isNotification ? episodes.current(.droppedNotifications)?.share ?? 0 : 0
        if let cause = lossCause(at: arrival, dropShare: dropShare) {
            tally.droppedPackets += 1
            tally.intervalsLost += packet.intervals
            let truth = TruthEvent.Kind.dropped(
                characteristic, cause, intervals: packet.intervals, bytes: packet.bytes)
            return tell(truth, at: min(arrival, end))
        }
        if let cut = faults.cut(packet, share: episodes.current(.malformed)?.share ?? 0) {
            tally.malformedPackets += 1
            tally.intervalsLost += packet.intervals
            let truth = TruthEvent.Kind.malformed(
                characteristic, intervals: packet.intervals, bytes: cut, intended: packet.bytes)
            tell(truth, at: arrival)
            return deliver(characteristic, cut, at: arrival)
        }
        count(packet, isRepeat: isRepeat)
        deliver(characteristic, packet.bytes, at: arrival)
    }

    private mutating func lossCause(at arrival: Int64, dropShare: Int64) -> TruthEvent.DropCause? {
        let isDropped = faults.drops(share: dropShare)
        if arrival > end { return .end }
        if arrival >= episodes.nextLinkLoss ?? .max { return .linkLoss }
        return isDropped ? .episode : nil
    }

    private mutating func count(_ packet: Packet, isRepeat: Bool) {
        tally.intervalsSent += packet.intervals
        tally.intervalsRepeated += packet.intervalsRepeated
        if isRepeat { tally.frozenPackets += 1 }
        switch packet.characteristic {
        case .heartRateMeasurement: tally.heartRatePackets += 1
        case .plxContinuousMeasurement: tally.oximetryPackets += 1
        default: tally.spotCheckPackets += 1
        }
    }

    private mutating func deliver(_ characteristic: BluetoothUUID, _ bytes: [UInt8], at time: Int64) {
        guard time <= end else { return }
        queue.add(.event(.value(sensor: address, characteristic: characteristic, bytes: bytes)), at: time)
    }

    private mutating func tell(_ truth: TruthEvent.Kind, at time: Int64) { queue.add(.truth(truth), at: time) }
}
