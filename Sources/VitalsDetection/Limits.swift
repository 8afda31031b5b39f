public import VitalsModel

/// Every bound of the detectors, each with its reason. Clinical thresholds are not here: they are configuration.
public enum VitalsDetectionLimits {
    /// Beats that a pending limit counts before it stops counting: no configuration asks for more, and the counter
    /// must not grow without end.
    public static let pendingBeats = 1_000

    /// The longest time between two readings over which the saturation integral may count: beyond a minute the
    /// product of depth and time would say more than the two readings do, whatever the configuration asks for.
    public static let integrationStep = MonotonicTime.Span.seconds(60)

    /// The longest time without a notification before a stream is stale, however slow the heart: 3 RR of a 3.3 s
    /// pause. Without it one RR of 64 s (the largest that fits the field) would silence the watch for 3 minutes.
    public static let staleAfter = MonotonicTime.Span.seconds(10)

    /// The widest Hampel window: its work per beat is linear in the width, and 5 minutes of beats is no outlier window.
    public static let hampelWidth = 101

    /// The longest window of the rate rules, in beats: twice the longest published one (17), so that a configuration
    /// can be stricter.
    public static let rateWindowBeats = 64

    /// Over so many intervals a rate has to be low when the rhythm is in disorder: three more than the five of extreme
    /// bradycardia, since motion that spoils every second beat makes five long ones on end in one case of thirty, and
    /// eight in one of two hundred and fifty.
    static let disorderedRateBeats = 8

    /// The shortest word window that has an entropy worth a decision, and the longest whose counts fit one octet.
    public static let entropyWords = 16...255
}
