/// What can go wrong in a simulated world. The names stand in reports.
public enum FaultKind: String, CaseIterable, Hashable, Sendable {
    /// The machine loses power at any moment.
    case powerCut = "power-cut"
    /// It loses power with a write or a sync under way.
    case powerCutInCommit = "power-cut-in-commit"
    /// The process is killed.
    case kill
    /// A call on the disk fails once.
    case diskError = "disk-error"
    /// A kind of call fails for a while.
    case diskFailing = "disk-failing"
    /// The disk has no room for a while.
    case diskFull = "disk-full"
    /// The disk is mounted read-only for a while.
    case diskReadOnly = "disk-read-only"
    /// Commits take seconds for a while.
    case diskSlow = "disk-slow"
    /// The wall clock steps forward or back.
    case clockStep = "clock-step"
    /// The wall clock gains or loses.
    case clockDrift = "clock-drift"
    /// The wall clock loses its reference, or finds it.
    case clockSynchronisation = "clock-synchronisation"
    /// Nothing listens at the broker's address.
    case brokerDown = "broker-down"
    /// The broker refuses connections.
    case brokerRefuses = "broker-refuses"
    /// The broker takes connections and says nothing.
    case brokerSilent = "broker-silent"
    /// The broker takes messages and never acknowledges.
    case brokerMute = "broker-mute"
    /// The broker answers late.
    case brokerSlow = "broker-slow"
    /// The broker refuses messages.
    case brokerQuota = "broker-quota"
    /// The broker acknowledges messages that nobody sent.
    case brokerWrongToken = "broker-wrong-token"
    /// The broker acknowledges twice.
    case brokerDoubleAcknowledgement = "broker-double-acknowledgement"
    /// The connection breaks.
    case brokerCut = "broker-cut"
    /// The broker speaks MQTT 3.1.1 alone.
    case brokerOld = "broker-3.1.1"
    /// A link to a sensor breaks.
    case linkLost = "link-lost"
    /// A sensor is out of range for a while.
    case sensorAway = "sensor-away"
    /// Connecting fails for a while.
    case connectFails = "connect-fails"
    /// A link brings no values for a while.
    case linkSilent = "link-silent"
    /// The Bluetooth service is gone for a while.
    case serviceGone = "service-gone"
    /// The broker loses messages that it has acknowledged and the far side has not applied.
    case storeLost = "store-lost"
}
