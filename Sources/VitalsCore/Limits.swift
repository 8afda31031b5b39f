public import VitalsModel

/// The bounds of the engine, each with its reason. Relations between them are checked by a test.
public enum CoreLimits {
    /// Sensors that one engine keeps. A gateway serves tens; the load tests a thousand. A value of a sensor beyond this
    /// is refused and logged, so that a hostile neighbourhood of addresses cannot exhaust the memory.
    public static let sensorsMax = 4_096

    /// Samples in one block: with 255 RR intervals in each, a block stays below a tenth of an MQTT packet's 256 MiB, and
    /// at 1 Hz a block of the longest span holds five minutes.
    public static let blockSamplesMax = 300

    /// The span of data time after which a block closes, in seconds: how long a sample may wait for its publication
    /// against how small it is stored.
    public static let blockSeconds: ClosedRange<Int> = 1...300

    /// Groups of closed blocks that a stream remembers, to name the records that a finding judged: each of the newest 32
    /// blocks (10 minutes in blocks of 20 s, more than any window) by itself, older ones together.
    public static let recentBlocksMax = 64

    /// Beats per minute beyond which a heart rate is no measurement: the range that pulse oximeters are held to as well.
    public static let heartRateMax: UInt16 = 300

    /// Silence after which a photoplethysmogram counts as absent: a sensor sends a frame two to four times a second.
    public static let waveAbsentAfter = MonotonicTime.Span.seconds(3)

    /// How much earlier than its window a finding about a wave begins: the filter's 0.6 s and a frame's half second.
    public static let waveMargin = MonotonicTime.Span.seconds(2)

    /// Bytes of a malformed packet that its record keeps: an ATT value has at most 512 (Core 5.4, vol 3, part F, 3.2.9).
    public static let malformedBytesMax = 512

    /// Windows wait for others to share a kernel call with, but no longer than this in data time: it adds to the delay
    /// of change detection, which judges 96 seconds.
    public static let windowBatchDelay = MonotonicTime.Span.seconds(1)

    /// How far the battery level has to rise above its limit to end the alarm, %: a cell's level plays by a few percent with
    /// its load and its temperature, and only a new battery brings more.
    public static let batteryHysteresisPercent = 5

    /// Bytes of a text from a sensor (model, serial number, link reason) that a record keeps: one ATT value.
    public static let textBytesMax = 512
}
