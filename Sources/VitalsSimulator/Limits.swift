/// Every bound of the simulator, with its reason.
enum VitalsSimulatorLimits {
    /// Scenarios longer than 31 days are refused: the longest soak run lasts a month, and all products of times and
    /// rates below stay inside 64 bits.
    static let durationMilliseconds: Int64 = 31 * 86_400_000

    /// Most sensors of a scenario, copies included: benchmarks need a thousand; ten thousand still fit a small memory.
    static let sensorCountMax = 10_000

    /// Most episodes that one scenario may write or one random block may make for a sensor: one every 4 minutes of the
    /// longest scenario, or every 3 s of a night. They are planned ahead, so their memory is bounded here.
    static let episodeCountMax = 10_000

    /// Longest text of a scenario (names, reasons, device information): a Device Information string is read in one
    /// long read of at most 512 octets (Core 5.4, volume 3, part F, 3.2.9), and nobody writes a longer name by hand.
    static let textBytesMax = 512

    /// Octets of a notification on a link that never negotiated its MTU: 23 less 3 (Core 5.4, volume 3, part F, 3.4.7.1).
    static let notificationBytesMax = 20

    /// Beats that a strap averages into its heart rate: about 5 s at rest, as chest straps do.
    static let heartRateBeats = 5

    /// Beats that an oximeter averages into its pulse rate: about 8 s, the usual default of bedside oximeters.
    static let pulseRateBeats = 8

    /// Longest interval that anything but a pause episode makes, in milliseconds: below 3 s, from which on an interval
    /// is a pause by definition, so that the truth names every pause.
    static let intervalMillisecondsMax: Int64 = 2_900

    /// Shortest interval, in milliseconds: the refractory period allows no more than about 220 beats a minute.
    static let intervalMillisecondsMin: Int64 = 270

    /// Milliseconds from link up until the gateway has resolved services and subscribed: no notification before that.
    static let subscriptionMilliseconds: Int64 = 700

    /// Milliseconds between the reads that follow a connection: one read takes about a connection interval each way.
    static let readSpacingMilliseconds: Int64 = 45

    /// Least time between the end of a link loss and the next, in milliseconds: the reads of a connection are over.
    static let linkUpMillisecondsMin: Int64 = 5_000

    /// Notifications that follow contact and still carry the mark of an early estimate: the averaging time.
    static let earlyEstimates = 4

    /// Notifications between two reports of energy expended: the Heart Rate Service recommends one in ten (HRS 1.0, 3.1.1.3).
    static let energyReportEvery = 10

    /// Milliseconds in which the heart rate of a tachycardia or bradycardia moves from the base rate and back.
    static let rampMilliseconds: Int64 = 10_000
}
