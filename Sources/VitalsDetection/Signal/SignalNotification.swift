public import VitalsModel

/// One notification as the signal detectors take it: a Heart Rate Measurement or a PLX Continuous Measurement.
public struct SignalNotification: Hashable, Sendable {
    /// When it was received.
    public var time: MonotonicTime
    /// Skin contact.
    public var contact: SensorContact
    /// What the sensor says of its value.
    public var validity: SignalValidity
    /// Heart rate (bpm) or SpO2 (%) in hundredths; nil when the sensor sent no number.
    public var value: Int32?
    /// The oximeter's pulse rate in hundredths of a bpm; nil on a heart-rate stream.
    public var pulseRate: Int32?
    /// The oximeter's pulse amplitude index in hundredths of a percent, when sent.
    public var pulseAmplitudeIndex: Int32?
    /// RR intervals in 1/1024 s, oldest first.
    public var rrIntervals: [UInt16]

    /// A notification.
    public init(
        time: MonotonicTime, contact: SensorContact = .unsupported, validity: SignalValidity = .valid, value: Int32?,
        pulseRate: Int32? = nil, pulseAmplitudeIndex: Int32? = nil, rrIntervals: [UInt16] = []
    ) {
        self.time = time
        self.contact = contact
        self.validity = validity
        self.value = value
        self.pulseRate = pulseRate
        self.pulseAmplitudeIndex = pulseAmplitudeIndex
        self.rrIntervals = rrIntervals
    }

    /// Whether the sensor sent the same content again, at whatever time.
    func repeats(_ other: SignalNotification) -> Bool {
        value == other.value && pulseRate == other.pulseRate && pulseAmplitudeIndex == other.pulseAmplitudeIndex
            && contact == other.contact && validity == other.validity && rrIntervals == other.rrIntervals
    }
}
