extension VitalsDetectionLimits {
    /// The windows of the discord detector, in samples: below 8 every shape has been seen before, and beyond 1024 (17
    /// minutes of heart rate, half a minute of pulse wave) the magnitude that stays exact is below 2^16.
    public static let discordWindow = 8...1_024

    /// The longest history of the discord detector, in windows: a day of heart rate is 86,400. Work and memory are linear
    /// in it, 6 MB and, from beyond the caches, 0.3 ms a sample at this length.
    public static let discordHistory = 8...65_536
}
