public import VitalsModel

/// The bounds of links, each with its reason.
public enum LinkLimits {
    /// For a connection. BlueZ itself gives up after about 41 s, and its answer says more than our own deadline would.
    public static let connectDeadline = MonotonicTime.Span.seconds(60)
    /// From the link to its GATT table: a table of 100 attributes over the slowest interval (4 s) is not worth waiting for.
    public static let resolveDeadline = MonotonicTime.Span.seconds(30)
    /// For pairing: the Security Manager's own time-out (Core 5.4, volume 3, part H, 3.4) is 30 s; bluetoothd's adds to it.
    public static let pairDeadline = MonotonicTime.Span.seconds(60)
    /// For reading, writing and subscribing: the ATT transaction time-out is 30 s (Core 5.4, volume 3, part F, 3.3.3).
    public static let attributeDeadline = MonotonicTime.Span.seconds(35)
    /// For disconnecting: BlueZ takes 2 s of idle time first.
    public static let disconnectDeadline = MonotonicTime.Span.seconds(10)
    /// For everything else on the bus, which bluetoothd answers at once when it is well.
    public static let callDeadline = MonotonicTime.Span.seconds(10)
    /// For switching an adapter off and on, or resetting it: two calls and the initialisation of the controller.
    public static let recoveryDeadline = MonotonicTime.Span.seconds(20)
    /// Sensors that are remembered while they are heard, so that a crowded ward or a hostile neighbour cannot exhaust the
    /// memory: those beyond are not noticed until others are forgotten.
    public static let heardMax = 1_024
    /// Characteristics of one sensor's table: the largest seen has about 60.
    public static let characteristicsMax = 256

    // MARK: What the supervisor waits for

    /// What a backend is granted beyond the deadline of a command before the supervisor goes on without its answer: it
    /// promised one, and a promise that is not kept must not stop a sensor for ever (lesson 9).
    public static let answerGrace = MonotonicTime.Span.seconds(5)
    /// From a command that was done to the event that should follow it (`connect` and `.connected`, `disconnect` and
    /// `.disconnected`): both come from the same change in the service, milliseconds apart.
    public static let eventDeadline = MonotonicTime.Span.seconds(5)
    /// From finding a link that the gateway did not make to its GATT table. After a restart of bluetoothd such a link may
    /// say that it is up and never resolve (lessons 1 and 4); one that resolves does so in less than a second.
    public static let adoptionDeadline = MonotonicTime.Span.seconds(5)
    /// How long an absent service is a restart and no trouble: a restart of bluetoothd takes 2 to 4 s on the bench.
    public static let serviceGrace = MonotonicTime.Span.seconds(5)
    /// How long an absent adapter is a re-plugged one and no trouble: USB enumeration and firmware take up to 5 s.
    public static let adapterGrace = MonotonicTime.Span.seconds(10)
    /// How long discovery may fail, or go on without us, before it is called stuck: lesson 2 grants 60 s.
    public static let discoveryGrace = MonotonicTime.Span.seconds(60)
    /// How long discovery of ours may be reported as off before it is started again: BlueZ pauses it for 5 s and more
    /// between two rounds.
    public static let discoveryPauseMax = MonotonicTime.Span.seconds(20)
    /// How long a sensor may wait for a slot before somebody is told: a sensor that is switched on is expected to be read
    /// within half a minute.
    public static let slotGrace = MonotonicTime.Span.seconds(30)

    /// For how long a sensor that was heard is taken to wait for a slot: three times as long as it is taken to be there,
    /// since slots are given up seldom.
    public static let slotWishSpan = MonotonicTime.Span.seconds(60)

    // MARK: How often something is tried

    /// Between two attempts to connect, at most: a sensor that comes back is read again within a minute.
    public static let backoffMax = MonotonicTime.Span.seconds(60)
    /// Between two attempts to start discovery, at most: with the attempt itself it stays below the 60 s of lesson 2.
    public static let discoveryBackoffMax = MonotonicTime.Span.seconds(30)
    /// Between two tries of something that failed for a moment, and between two subscriptions of one sensor: bluetoothd was
    /// brought down by clients that repeat at once (lesson 7).
    public static let retryPause = MonotonicTime.Span.seconds(1)
    /// Between two tries of a sensor that somebody has to look at: pairing, table, refused subscription, silence. Often
    /// enough to notice that it was mended, and no hammering (lesson 14).
    public static let slowRetry = MonotonicTime.Span.seconds(300)
    /// Connections that fail with "in progress" in a row before an unbonded sensor is forgotten (lesson 1).
    public static let inProgressMax = 3
    /// Authentication failures in a row before the sensor is said to need pairing: one may be a moment of bad radio.
    public static let authenticationFailuresMax = 2
    /// Links to a bonded sensor that end in a row before anything could be subscribed to, before the bond is suspected:
    /// BlueZ gives no reason when a sensor has lost its key, the link just ends (lesson 14).
    public static let earlyLossesMax = 5
    /// Times that an incomplete GATT table is read anew before somebody is told (lesson 10).
    public static let rediscoveriesMax = 3
    /// For so long after an adapter came, discovery that fails is tried again soon: a bluetoothd that was killed while it
    /// discovered leaves the kernel discovering for up to 10 s, and every start fails (measured on BlueZ 5.66).
    public static let discoveryStartSpan = MonotonicTime.Span.seconds(15)
    /// The pause between two such tries, at most.
    public static let discoveryStartPause = MonotonicTime.Span.seconds(2)
    /// The first pause of a sensor that somebody has to look at; it doubles up to `slowRetry`.
    public static let slowRetryFirst = MonotonicTime.Span.seconds(30)
    /// Stops of discovery that may fail before a connection is made all the same: it takes ten seconds longer, which is
    /// better than never.
    public static let discoveryStopsMax = 3
    /// Times that a link which does not end is told to, before it is taken for lost.
    public static let disconnectsMax = 3
    /// Between two recoveries of an adapter for the sake of one silent sensor: it disturbs all others that come and go.
    public static let adapterRecoveryInterval = MonotonicTime.Span.seconds(1_800)
    /// Between two rounds of recovery of a silent adapter, at most: an empty ward is silent too.
    public static let adapterSilenceMax = MonotonicTime.Span.seconds(1_800)
    /// The silence of an adapter that may be configured, at most: lesson 13 wants it noticed within 90 s.
    public static let adapterSilenceConfiguredMax = MonotonicTime.Span.seconds(90)
    /// From a connection to the end of the service, for the one to be called the cause of the other (lesson 48): on the bench
    /// bluetoothd died within a second.
    public static let crashWindow = MonotonicTime.Span.seconds(3)
    /// Within what time two such ends are one trouble.
    public static let crashMemory = MonotonicTime.Span.seconds(600)
    /// The delay of a sensor that ends the service, at most.
    public static let crashDelayMax = MonotonicTime.Span.seconds(3_600)
    /// How long a link has to stand to be a good one even without a value: longer than any setup.
    public static let steadyAfter = MonotonicTime.Span.seconds(30)

    // MARK: How much is kept

    /// For how long a sensor that was heard is taken to be there. An attempt to connect to one that is not takes 40 s, in
    /// which its adapter hears nobody else; one that is there is heard again within seconds.
    public static let heardSpan = MonotonicTime.Span.seconds(20)
    /// For how long a sensor whose link went with its adapter or the service is taken to be where it was, so that it is
    /// connected to without being heard first: discovery may need 10 s to start again after a crash of bluetoothd.
    public static let presumedSpan = MonotonicTime.Span.seconds(60)
    /// For how long a sensor that is not listed is remembered without being heard or linked.
    public static let forgetAfter = MonotonicTime.Span.seconds(600)
    /// Adapters that are used: a gateway has one or two, and a backend that names ever new ones must not exhaust the memory.
    public static let adaptersMax = 16
    /// Connection slots of one adapter that may be configured: controllers have room for 3 to 10 links, seldom for more.
    public static let slotsMax = 32
    /// For how long the number of links that a controller had room for is believed: links of others end unseen.
    public static let learnedSlotsSpan = MonotonicTime.Span.seconds(300)
    /// Between two displacements on one adapter: the sensor that got the slot has to be connected before the next one goes.
    public static let displacementInterval = MonotonicTime.Span.seconds(10)
    /// Values of one link that are kept until its table is known: a bonded sensor sends from the first moment, and a table
    /// takes seconds at 1 or 2 values a second.
    public static let earlyValuesMax = 64
    /// Steps that wait for one sensor: subscriptions, reads, and what is repeated of them.
    public static let stepsMax = 64
    /// The shortest span that may be configured for silence, rotation and quality, so that no setting makes a loop that
    /// does nothing else.
    public static let spanMin = MonotonicTime.Span.milliseconds(100)

    // MARK: Stored records

    /// From a request to its answer, and from one record to the next: the service's own time-out is 30 s (Record Access
    /// Control Point; ATT transactions have the same).
    public static let recordsDeadline = MonotonicTime.Span.seconds(30)
    /// For the answer to an abort.
    public static let abortDeadline = MonotonicTime.Span.seconds(10)
    /// For the whole procedure: 300 records at 6 s each. An indication takes two connection intervals, which are 4 s at most.
    public static let recordsSpanMax = MonotonicTime.Span.seconds(1_800)
    /// From the request to make records durable to the answer: a commit takes milliseconds, a slow card seconds.
    public static let durableDeadline = MonotonicTime.Span.seconds(60)
    /// Records of one sensor that are remembered so that they are not handed on twice; those beyond are handed on again.
    public static let rememberedRecordsMax = 1_024

    // MARK: Clocks

    /// How far a sensor's clock may be off before it is set: reading it takes up to a second, and it shows whole ones.
    public static let clockTolerance = MonotonicTime.Span.seconds(2)
}

extension LinkLimits {
    /// The deadline that a backend keeps for a command.
    public static func deadline(of command: LinkCommand) -> MonotonicTime.Span {
        switch command {
        case .connect: connectDeadline
        case .pair: pairDeadline
        case .read, .write, .subscribe, .unsubscribe: attributeDeadline
        case .disconnect: disconnectDeadline
        case .startDiscovery, .stopDiscovery, .forget, .powerOn: callDeadline
        case .powerCycle, .reset: recoveryDeadline
        }
    }
}
