/// The bounds of what is taken from and given to the bus, each with its reason.
public enum BusLimits {
    /// Containers within containers in a message that comes: those of BlueZ have 8.
    public static let depthMax = 32
    /// The same in a message that goes: the bus ends the connection of whoever sends more (D-Bus specification: 64).
    public static let sentDepthMax = 64
    /// Values in one message: `GetManagedObjects` of 1,024 sensors with 40 objects of 8 properties each, and no more.
    /// A message of the largest size that a bus carries (128 MiB) would otherwise become gigabytes here.
    public static let valuesMax = 1_048_576
    /// Octets of text and byte arrays in one message, beyond all that BlueZ can have to say.
    public static let octetsMax = 16 * 1_024 * 1_024
    /// Calls on their way at once: each sensor has one, and the bus itself refuses more than a few thousand.
    public static let callsMax = 4_096
}
