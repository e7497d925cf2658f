/// How a journal is written and checked.
public struct WriterOptions: Sendable {
    /// What to do about witnesses that contradict the journal.
    public enum WitnessPolicy: Hashable, Sendable {
        /// Refuse to open.
        case enforced
        /// Take the journal as it is and begin both witnesses anew: for a backup that an operator
        /// restored knowingly, and for salvage.
        case replaced
        /// Take the journal as it is and write the inner witness alone: for a journal that is made
        /// aside and gets its place later.
        case innerOnly
    }

    /// Directory outside the journal that holds the outer witness; made when missing.
    public var stateDirectory: String

    /// A new segment begins when the pages in use reach this many bytes.
    public var segmentLimit = 1 << 30

    /// Bytes a segment may grow to; must exceed ``segmentLimit`` by far.
    public var mapSize = 16 << 30

    /// Whether file systems with weaker promises (overlay, btrfs, tmpfs) are refused.
    public var isStrict = false

    /// Where the check before opening runs.
    public var scan = ScanMode.child(executable: nil)

    /// What to do about contradicting witnesses.
    public var witnesses = WitnessPolicy.enforced

    /// Options with the sizes of a production journal.
    public init(stateDirectory: String) { self.stateDirectory = stateDirectory }
}

/// Where a scan runs.
public enum ScanMode: Hashable, Sendable {
    /// In a child process: the program at `executable`, by default the running one.
    ///
    /// Its `main` must begin with ``RecoveryScan/runIfRequested(_:)``.
    case child(executable: String?)
    /// In this process: for tests, and for tools that are themselves children.
    case inProcess
}

/// What opening a journal found.
public struct Opening: Sendable {
    /// The end of the journal.
    public let head: Head
    /// What is doubtful and does not stop the journal from being written.
    public let warnings: [String]
    /// The newest good snapshot, already verified.
    public let snapshot: StateSnapshot?
    /// How many events the scan read.
    public let scannedEvents: Int
    /// How long the scan took, in nanoseconds.
    public let scanDuration: Int64
}
