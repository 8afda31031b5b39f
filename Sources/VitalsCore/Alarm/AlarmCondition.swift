/// What an alarm is about. The names stand in topics and records: they never change their meaning.
///
/// Priorities and the split into physiological and technical follow the vocabulary of IEC 60601-1-8 as BICEPS
/// (IEEE 11073-10207) writes it. The defaults have not been validated clinically.
public enum AlarmCondition: String, CaseIterable, Sendable {
    /// Heart rate below its limit for longer than the delay.
    case heartRateLow = "heart-rate-low"
    /// Heart rate above its limit for longer than the delay.
    case heartRateHigh = "heart-rate-high"
    /// Pulse rate of an oximeter below its limit for longer than the delay.
    case pulseRateLow = "pulse-rate-low"
    /// Pulse rate of an oximeter above its limit for longer than the delay.
    case pulseRateHigh = "pulse-rate-high"
    /// SpO2 below its limit for longer than the delay.
    case spO2Low = "spo2-low"
    /// SpO2 far below its limit: the short delay.
    case desaturation = "desaturation"
    /// Depth times duration of a low SpO2 above its limit.
    case saturationSeconds = "saturation-seconds"
    /// A pause between two beats.
    case pause = "pause"
    /// No beat at all while the sensor works.
    case asystole = "asystole"
    /// Extreme bradycardia.
    case extremeBradycardia = "extreme-bradycardia"
    /// Extreme tachycardia.
    case extremeTachycardia = "extreme-tachycardia"
    /// An episode of an irregularly irregular rhythm.
    case atrialFibrillation = "atrial-fibrillation"
    /// The sensor lost contact with the body.
    case sensorOff = "sensor-off"
    /// The stream's values are not current.
    case signalLost = "signal-lost"
    /// The link to the sensor is down.
    case linkLost = "link-lost"
    /// The values repeat in a way that no body does.
    case signalFrozen = "signal-frozen"
    /// The sensor's battery is low.
    case batteryLow = "battery-low"
    /// The Bluetooth service does not run.
    case bluetoothServiceDown = "bluetooth-service-down"
    /// A configured adapter is not there, or is off.
    case adapterMissing = "adapter-missing"
    /// An adapter hears nothing.
    case adapterSilent = "adapter-silent"
    /// Discovery cannot be started, or does not end.
    case discoveryStuck = "discovery-stuck"
    /// No connection slot is free.
    case noConnectionSlot = "no-connection-slot"
    /// The sensor has to be paired again.
    case pairingNeeded = "pairing-needed"
    /// The sensor does not offer what it should.
    case gattTableIncomplete = "gatt-table-incomplete"
    /// Connected, subscribed, and no value comes.
    case connectedWithoutData = "connected-without-data"
    /// The sensor refuses to be subscribed to.
    case subscriptionRefused = "subscription-refused"
    /// Connecting to the sensor ends the Bluetooth service.
    case crashesBluetoothService = "crashes-bluetooth-service"
    /// Nothing that comes becomes durable.
    case journalNotRecording = "journal-not-recording"
    /// The journal was damaged; it stands until the gateway is started on a sound one.
    case journalDamaged = "journal-damaged"

    /// Whether the patient or the equipment is in trouble.
    public enum Kind: String, Sendable {
        /// The patient (`Phy`).
        case physiological
        /// The equipment (`Tec`).
        case technical
    }

    /// How soon somebody has to act.
    public enum Priority: String, Sendable {
        /// Immediate response.
        case high
        /// Prompt response.
        case medium
        /// Awareness.
        case low
    }

    /// Whether the patient or the equipment is in trouble.
    public var kind: Kind {
        switch self {
        case .heartRateLow, .heartRateHigh, .pulseRateLow, .pulseRateHigh, .spO2Low, .desaturation, .saturationSeconds,
            .pause, .asystole, .extremeBradycardia, .extremeTachycardia, .atrialFibrillation:
            .physiological
        default: .technical
        }
    }

    /// How soon somebody has to act.
    public var priority: Priority {
        switch self {
        case .desaturation, .asystole, .extremeBradycardia, .extremeTachycardia: .high
        case .heartRateLow, .heartRateHigh, .pulseRateLow, .pulseRateHigh, .spO2Low, .saturationSeconds, .pause,
            .atrialFibrillation, .signalLost, .bluetoothServiceDown, .adapterMissing, .adapterSilent,
            .connectedWithoutData, .journalNotRecording:
            .medium
        case .sensorOff, .linkLost, .signalFrozen, .batteryLow, .discoveryStuck, .noConnectionSlot, .pairingNeeded,
            .gattTableIncomplete, .subscriptionRefused, .crashesBluetoothService, .journalDamaged:
            .low
        }
    }
}
