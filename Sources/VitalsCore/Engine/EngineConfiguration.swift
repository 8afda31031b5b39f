public import VitalsDetection
public import VitalsModel

/// Everything that decides what the engine makes of its inputs. Two engines with equal configurations make equal records.
///
/// The choice of kernels is not in it: it changes no bit.
public struct EngineConfiguration: Hashable, Sendable {
    /// The span of data time after which a block of samples closes, 1 to 300 s.
    public var blockSeconds: Int
    /// What applies to every sensor without settings of its own.
    public var standard: SensorConfiguration
    /// The settings of single sensors.
    public var sensors: [SensorAddress: SensorConfiguration]
    /// The settings that all this was read from, as text for the record with which a run begins; empty for the defaults.
    /// It decides nothing, so that it is no part of `json`.
    public var settings = ""

    /// The defaults.
    public init(
        blockSeconds: Int = 20, standard: SensorConfiguration = SensorConfiguration(),
        sensors: [SensorAddress: SensorConfiguration] = [:]
    ) {
        self.blockSeconds = blockSeconds
        self.standard = standard
        self.sensors = sensors
    }

    /// What applies to a sensor.
    public func configuration(of sensor: SensorAddress) -> SensorConfiguration { sensors[sensor] ?? standard }
}

/// What decides how one sensor is judged.
public struct SensorConfiguration: Hashable, Sendable {
    /// Heart rate below its limit.
    public var heartRateLow = LimitDetector.Configuration.heartRateLow
    /// Heart rate above its limit.
    public var heartRateHigh = LimitDetector.Configuration.heartRateHigh
    /// SpO2 below its limit.
    public var spO2Low = LimitDetector.Configuration.spO2Low
    /// SpO2 far below its limit.
    public var desaturation = LimitDetector.Configuration.spO2Desaturation
    /// Depth times duration of a low SpO2; nil: not judged.
    public var saturationSeconds: SaturationSeconds.Configuration? = SaturationSeconds.Configuration()
    /// When the signal of a heart-rate stream counts as lost, frozen or off.
    public var heartRateSignal = SignalState.Configuration.heartRate
    /// When the signal of an oximeter counts as lost, frozen or off.
    public var oximetrySignal = SignalState.Configuration.oximetry
    /// Rules on single beats; nil: not judged.
    public var rateRules: RateRules.Configuration? = RateRules.Configuration()
    /// Atrial fibrillation; nil: not judged.
    public var atrialFibrillation: AtrialFibrillation.Configuration? = AtrialFibrillation.Configuration()
    /// Premature beats; nil: not judged.
    public var ectopy: Ectopy.Configuration? = Ectopy.Configuration()
    /// Premature beats of five minutes that make a finding: by default 30 an hour, frequent by Lown and Wolf (Circulation
    /// 1971;44:130).
    public var frequentEctopyBeats = 3
    /// Heart-rate variability in windows, from cleaned intervals; nil: not judged.
    public var variability: HeartRateVariability.Configuration? = HeartRateVariability.Configuration()
    /// Desaturation events; nil: not judged.
    public var desaturationEvents: Desaturation.Configuration? = Desaturation.Configuration()
    /// Early-warning points of SpO2 and pulse; nil: not judged.
    public var earlyWarning: EarlyWarning.Configuration? = EarlyWarning.Configuration()
    /// Comparison of strap and oximeter on one subject; nil: not judged.
    public var crossSensor: CrossSensor.Configuration? = CrossSensor.Configuration()
    /// Change over windows; false: not judged.
    public var detectsChange = true
    /// What a quantity has not done in the last hours; false: not judged.
    public var detectsTrend = true
    /// Shape discords of the heart rate; nil: not judged. By default they are not: the memory of shapes takes 360 kB a
    /// sensor, and what they find is for those who look.
    public var heartRateDiscord: Discord.Configuration?
    /// Shape discords of a photoplethysmogram; nil: not judged.
    public var ppgDiscord: Discord.Configuration? = .pulseWave
    /// Silence after which an alarm says that values are not current.
    public var notCurrentAfter = MonotonicTime.Span.seconds(30)
    /// Lost contact for this long raises an alarm.
    public var sensorOffAfter = MonotonicTime.Span.seconds(10)
    /// A link that is down for this long raises an alarm.
    public var linkLostAfter = MonotonicTime.Span.seconds(10)
    /// How long the cause of a technical alarm has to be over before the alarm ends: two packets at 1 Hz that flicker
    /// back change nothing.
    public var technicalHold = MonotonicTime.Span.seconds(3)
    /// How long the alarm of a pause stands after the last one.
    public var pauseHold = MonotonicTime.Span.seconds(10)
    /// The person who wears it, by a number that all sensors on one person share; nil: not known. Sensors of one subject
    /// are compared with each other.
    public var subject: Int?
    /// Battery level at or below which an alarm is raised, %.
    public var batteryLowPercent: UInt8 = 15

    /// The defaults of the detectors' documentation.
    public init() {}
}
