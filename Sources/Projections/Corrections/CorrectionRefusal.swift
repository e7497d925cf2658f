/// Why a correction is not made.
public struct CorrectionRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of no it is.
    public enum Kind: Hashable, Sendable {
        /// The figures are not those that were seen.
        case stale
        /// It is so already.
        case unchanged
        /// The subject is not there, or must not be given these figures.
        case unlawful
    }

    /// What kind of no it is.
    public let kind: Kind
    /// The reason in one sentence, without its full stop.
    public let description: String

    /// Makes a refusal.
    public init(_ description: String, _ kind: Kind = .unlawful) {
        self.kind = kind
        self.description = description
    }
}
