internal import Journal
internal import Trading

/// What a bundle is to hold.
struct BundleRequest {
    /// Which part of the journal.
    var part: JournalExtract.Part
    /// Whether the journal's own bytes are left out.
    var leavesJournalOut = false
    /// The configuration file, which tells where the log is and what is secret; it is not packed.
    var configurationFile: String?
    /// The log, where it is not the configured one.
    var log: String?
    /// How much of the log.
    var logSpan: TimeSpan
    /// Directory of the outer witness; `nil` for the usual place, as `verify` looks at it.
    var stateDirectory: String?
}
