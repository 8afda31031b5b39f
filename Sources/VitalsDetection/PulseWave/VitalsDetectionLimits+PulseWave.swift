extension VitalsDetectionLimits {
    /// Sampling rates of a pulse wave, Hz: below 25 a peak is placed worse than 20 ms, above 250 no oximeter sends.
    public static let pulseWaveRates = 25...250

    /// Greatest magnitude of a sample, counts: the 24 bits of the widest converter.
    public static let pulseWaveMagnitude: Int64 = 1 << 23

    /// Greatest magnitude of a filtered sample. Its third power, summed over 3 s at 250 Hz and multiplied by the square of
    /// the count, stays below 2^123; detrended, below 2^62.
    public static let filteredMagnitude: Int64 = 1 << 31

    /// Seconds of a window: the 6 s of MSPTDfast v2, three beats at 30 bpm.
    public static let pulseWindowSeconds = 6

    /// The least rate to which samples are thinned, Hz: every 12th at 250 Hz, all below 40 Hz (Charlton et al. 2025).
    public static let pulseThinnedRate = 20

    /// The slowest pulse whose half period is still a scale, beats a minute (Charlton et al. 2025).
    public static let pulseSlowest = 30

    /// Two peaks nearer than this are one, thousandths of a second: 240 bpm.
    public static let pulseRefractoryThousandths = 250
}
