/// Which program this is. It stands in the first record of every run.
public enum Version {
    /// The version, as semantic versioning writes it.
    public static let text = "0.1.0"
}
