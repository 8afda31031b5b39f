import VitalsModel

/// The bounds of the tools, each with its reason.
enum VitalsToolsLimits {
    /// Bytes of text that gather before they are written: a system call for each line would cost more than the line.
    static let outputBytes = 128 << 10

    /// Records of one transaction of a replay into a journal: as many as the journal's own writer takes at most, so
    /// that the syncs of a night count in the tens.
    static let journalBatch = 1_024

    /// Records that a walk over a journal reads at a time: some hundred kilobytes, and a short read transaction.
    static let walkBatch = 1_024

    /// How long work may take before it shows progress: what ends sooner needs none.
    static let progressDelay = MonotonicTime.Span.seconds(2)

    /// How often a line of progress is written anew: often enough to be seen moving.
    static let progressInterval = MonotonicTime.Span.milliseconds(250)

    /// The longest single sleep of a paced replay: how soon it sees an interruption.
    static let sleepMax = MonotonicTime.Span.milliseconds(100)

    /// How often `journal watch` draws its table.
    static let watchInterval = MonotonicTime.Span.milliseconds(250)

    /// Silence of the whole journal after which `journal watch` shows no value any more. At real time a stream's block
    /// comes every 15 s unless configured otherwise, so twice that says that the gateway, not a sensor, is silent.
    static let watchQuiet = MonotonicTime.Span.seconds(30)

    /// How long a file that is no journal yet may stay so: the daemon makes the file before it makes it a journal.
    static let journalBirth = MonotonicTime.Span.seconds(5)

    /// Rows and columns of a terminal that does not say how large it is: the VT100's.
    static let terminalRows = 24
    /// See `terminalRows`.
    static let terminalColumns = 80

    /// How often `receive` looks whether its goal is reached: below what a person notices.
    static let receivePoll = MonotonicTime.Span.milliseconds(20)

    /// How long an attempt of a tool to connect may take: a slow mobile link takes two or three seconds, and a broker
    /// that leaves CONNECT of MQTT 5 unanswered (amqtt) is asked twice before it is asked with 3.1.1.
    static let connectWithin = MonotonicTime.Span.seconds(5)

    /// How long `receive` tries to subscribe for the first time before it gives up: two attempts that are left
    /// unanswered, the delays after them of at most 0.5 s and 1 s, and some seconds for the third. Once it was
    /// subscribed, it tries for ever.
    static let subscribeWithin = MonotonicTime.Span.seconds(15)

    /// Seconds for which the broker keeps the session of a receiver that lost its link: the longest delay before a
    /// reconnect three times over. After the command has ended, the broker forgets it as soon.
    static let receiveSessionSeconds: UInt32 = 60

    /// How long the last DISCONNECT of `receive` may take.
    static let disconnectWithin = MonotonicTime.Span.seconds(2)

    /// Bytes of a scenario file: a scenario of ten thousand written episodes takes about one megabyte.
    static let scenarioBytesMax = 4 << 20

    /// Rows of a list in an error or a report before it only counts the rest.
    static let listedMax = 20

    /// How long `doctor` waits for each service: what takes longer is a fault of its own.
    static let doctorDeadline = MonotonicTime.Span.seconds(5)

    /// Bonds from which on controllers were seen to lose keys (lesson 14).
    static let bondsMax = 14

    /// Free space below which nothing good comes: a write-ahead log alone may take 64 MiB.
    static let freeMebibytesMin: UInt64 = 128

    /// Free space that lasts for months with 32 sensors, at about 25 MiB a day.
    static let freeMebibytesGood: UInt64 = 2_048

    /// Evaluations before a finding that `explain` shows: enough to see a limit's delay pass.
    static let explainedEvaluations = 12

    /// Time around what was judged that `explain` shows at least: half a minute of breath, movement and heart.
    static let explainedMargin = MonotonicTime.Span.seconds(30)

    /// Rows of a plot: with the facts and numbers around it, an explanation still fits a large terminal.
    static let plotRows = 12

    /// Columns of a plot's field below which nothing could be seen in it.
    static let plotColumnsMin = 16

    /// Columns beyond which a plot becomes no clearer, and a line of numbers no easier to follow.
    static let plotColumnsMax = 160

    /// How long a request to a gateway may be carried out: the clocks of both sides may differ by minutes.
    static let requestLifetime = MonotonicTime.Span.seconds(600)

    /// How long a gateway may take to say that it heard a request: `subscribeWithin`, and some seconds since it commits
    /// the request first.
    static let requestAnswerWithin = MonotonicTime.Span.seconds(20)

    /// A request reaches back this far at most: ten years.
    static let requestHoursMax = 87_600.0
}
