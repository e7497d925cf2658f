/// What this program calls itself.
public enum Release {
    /// The version of every program of the package, by semantic versioning.
    public static let version = "0.1.0"
}
