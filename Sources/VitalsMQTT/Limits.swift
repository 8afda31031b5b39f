public import VitalsModel

/// The bounds of everything that talks MQTT.
public enum VitalsMQTTLimits {
    /// From the start of a connection attempt to the broker's CONNACK, TLS handshake included: a slow mobile link takes
    /// two or three seconds, a silent broker must not hold the attempt for the minutes of TCP's own timeout.
    public static let connectDeadline = MonotonicTime.Span.seconds(10)

    /// The ceiling of the first random delay before a reconnect.
    public static let reconnectDelayMin = MonotonicTime.Span.milliseconds(500)

    /// The ceiling of every later delay: with `connectDeadline` a broker that is back is reached within 30 s.
    public static let reconnectDelayMax = MonotonicTime.Span.seconds(20)

    /// No two attempts are closer than this, whatever the dice say: a handshake costs the broker more than that.
    public static let reconnectDelayFloor = MonotonicTime.Span.milliseconds(50)

    /// A connection that lasted this long was a good one: the next loss starts with a short delay again.
    public static let stableConnection = MonotonicTime.Span.seconds(10)

    /// A broker that leaves so many CONNECTs of MQTT 5 in a row unanswered is tried with 3.1.1: one may be an accident of
    /// the network, and each costs the connect deadline.
    static let unansweredMax = 2

    /// The same for a broker that has spoken MQTT 5 in this run: several minutes of a broker that is down, or of a link
    /// that stalls, are no reason to speak 3.1.1 for as long as the next connection lasts.
    static let unansweredByKnownMax = 20

    /// Doublings after which the reconnect delay is at its longest, so that the shift cannot overflow.
    static let reconnectDoublingsMax = 16

    /// The usual keep alive: a link that went silent without traffic is noticed after 45 s.
    public static let keepAliveSeconds: UInt16 = 30

    /// libmosquitto refuses a shorter keep alive (libmosquitto(3), mosquitto_connect).
    public static let keepAliveSecondsMin: UInt16 = 5

    /// A password is at most this long: MQTT's own bound is 65535 bytes, a file beyond 4 KiB is the wrong file.
    static let passwordBytesMax = 4_096

    /// A client identifier is at most this long: every broker takes 23 (MQTT 5.0, 3.1.3.1), all that we know take 128.
    static let clientIDBytesMax = 128

    /// A gateway's name is at most this long; it stands in every topic.
    static let gatewayNameMax = 64

    /// How long acknowledgements gather before the journal is told: four small commits a second spare an SD card, and
    /// what a crash makes of the rest are second copies that the receiver discards.
    static let acknowledgementDelay = MonotonicTime.Span.milliseconds(250)

    /// A journal that could not be read or told is asked again after this: a busy file system answers by then.
    static let journalRetryDelay = MonotonicTime.Span.seconds(1)

    /// Kept of the time for stopping, for the last status message and the DISCONNECT.
    static let goodbyeReserve = MonotonicTime.Span.milliseconds(500)

    /// Messages that the loop may hand over in one turn before it looks at the socket again.
    static let actionsPerTurnMax = 256

    /// Topics that a 3.1.1 connection keeps as proved: eight sensors have some fifty. Beyond it they are proved anew.
    static let provedTopicsMax = 4_096

    /// What a message that the receiver takes may hold: a block of 60 samples is some 20 KiB of SenML.
    public static let messageBytesMax: UInt32 = 1_048_576

    /// Room that is made for each sample of a SenML pack: one of a strap with an RR interval takes some 170 bytes. More is
    /// made when it is needed.
    static let senMLSampleBytes = 256

    /// Messages that a broker may send us before we acknowledge: all it has. libmosquitto acknowledges at once, so a
    /// bound would only keep them waiting in the broker's memory, where they die with it.
    static let receiveMaximum: UInt16 = .max

    /// Lines of libmosquitto's own log are cut to this length before they stand in an error.
    static let libraryDetailMax = 200

    /// Identities per journal whose payload the audit remembers to compare a second copy with: 12 h at 1.5 records/s, 1 MiB.
    static let fingerprintsMax = 65_536

    /// Samples per stream that the audit remembers to find one sample under two identities: 18 h at 1 Hz, 1 MiB.
    static let samplesRememberedMax = 65_536

    /// Journals and streams that one audit follows: hostile topics must not exhaust its memory.
    static let journalsMax = 256
    /// See `journalsMax`; eight sensors of three streams are 24.
    static let streamsMax = 1_024

    /// Missing ranges that a summary names before it only counts the rest.
    static let rangesNamedMax = 10

    /// A request key of fewer characters could be guessed: 16 hexadecimal digits are 64 bits.
    public static let requestKeyBytesMin = 16

    /// A request is at most this long: a thousand ranges of large numbers.
    static let requestBytesMax = 65_536

    /// Ranges of one request; a receiver with more gaps asks for the range that holds them.
    static let requestRangesMax = 1_000

    /// No two requests are carried out within this: each costs a durable commit and a look at the journal.
    static let requestInterval = MonotonicTime.Span.seconds(10)

    /// Ledger entries, back from the last, among which a new run looks for a request that was not carried out as a whole:
    /// sixteen hours of checkpoints. Whoever asked longer ago, or before damage, has asked again or no longer waits.
    static let requestLookBack: UInt64 = 1_000

    /// How long somebody who asks waits before the request is sent once more: a gateway commits it and answers sooner.
    static let requestRetryDelay = MonotonicTime.Span.seconds(3)

    /// How often at most the ledger notes how far the far side has applied the records: six entries an hour.
    static let receiptNoteInterval = MonotonicTime.Span.seconds(600)

    /// How often the ledger is looked at for new entries to publish: they are rare, and none is urgent.
    static let ledgerInterval = MonotonicTime.Span.seconds(1)

    /// Ledger entries that are read at once: a few hundred bytes each.
    static let ledgerReadMax = 32

    /// How long a ledger entry waits that the broker refused, for instance since nobody subscribed to the ledger.
    static let ledgerRetryDelay = MonotonicTime.Span.seconds(30)

    /// How often the files of TLS and the password are looked at: a renewed certificate is in use two looks later.
    public static let fileWatchInterval = MonotonicTime.Span.seconds(30)

    /// Ranges that one entry of a ledger may name to a receiver; a chunk of retention names far fewer.
    static let ledgerRangesMax = 10_000

    /// Eras of one journal that a receiver knows: each is a salvage after damage.
    static let erasMax = 256

    /// How often at most a receiver says what it has applied.
    static let receiptInterval = MonotonicTime.Span.seconds(1)
}
