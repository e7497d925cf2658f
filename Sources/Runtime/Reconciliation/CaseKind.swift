/// A kind of difference between what the journal says and what the venue says.
///
/// The raw value is the id under which it stands in `docs/reconciliation.md`; ids are never given
/// a second time.
public enum CaseKind: String, Sendable, CaseIterable {
    // Orders that the journal knows.
    case takenOn = "O1"
    case endedUnanswered = "O2"
    case neverArrived = "O3"
    case notProven = "O4"
    case filledFurther = "O5"
    case cancelled = "O6"
    case cancelledByOthers = "O7"
    case endedByRules = "O8"
    case forgotten = "O9"
    case cancelNotDone = "O10"
    case amended = "O11"
    case amendNotDone = "O12"
    case changedByOthers = "O13"
    case triggered = "O14"
    case worksThoughEnded = "O15"
    case filledAfterEnd = "O16"
    case filledLess = "O17"
    // Orders that it does not know.
    case unknownEpoch = "O18"
    case unknownOrder = "O19"
    case foreignOrder = "O20"
    case rescueOrder = "O21"
    // Fills.
    case fillNotBooked = "F1"
    case fillOfUnknownOrder = "F2"
    case foreignFill = "F3"
    case liquidated = "F4"
    case deleveraged = "F5"
    case settled = "F6"
    case fundingNotBooked = "F7"
    case fillsMissing = "F8"
    case fundingDoubtful = "F9"
    case rescueFill = "F10"
    // Holdings.
    case positionGone = "P1"
    case positionSmaller = "P2"
    case positionLarger = "P3"
    case positionOpposite = "P4"
    case positionForeign = "P5"
    case positionHedged = "P6"
    case reducedByOthers = "P7"
    case balanceMissing = "B1"
    case balanceForeign = "B2"
    case balanceBorrowed = "B3"
    case entryNotBooked = "B4"
    // Protection.
    case stopMissing = "S1"
    case stopTooSmall = "S2"
    case stopTooLarge = "S3"
    case stopWrong = "S4"
    case stopTriggeredUnfilled = "S5"
    case stopWithoutPosition = "S6"
    case dust = "S7"
    // What is traded, and how.
    case notListed = "I1"
    case takesNoOrders = "I2"
    case otherRules = "I3"
    case rulesChanged = "I4"
    case otherMode = "A1"
    case notAnswered = "V1"
    case tooMany = "V2"
    case tooLongAgo = "V3"
}

extension CaseKind {
    /// Whether nothing new is risked in its scope while it is found, until a person releases it.
    ///
    /// Not where the engine itself mends it, as a stop that is missing; nor where what the venue
    /// did by itself has left the position as it is, or funding may be somebody else's: what is
    /// missing in the end is told by the balance.
    public var blocksRisk: Bool {
        switch self {
        case .stopMissing, .stopTooSmall, .stopTooLarge, .stopWrong, .stopTriggeredUnfilled,
            .stopWithoutPosition, .liquidated, .deleveraged, .settled, .fundingDoubtful,
            .tooLongAgo:
            false
        default: entry.action == .ask || entry.action == .halt
        }
    }

    /// Whether it is told by what the venue has recorded, and by nothing that still stands.
    ///
    /// As long as it blocks, that is read again, or the case would be gone once it is old enough.
    /// What is not kept may be of these.
    var isOfThePast: Bool {
        switch self {
        case .unknownEpoch, .unknownOrder, .fillOfUnknownOrder, .rescueFill, .tooMany: true
        default: false
        }
    }
}

/// What a plan does about a case.
public enum CaseAction: String, Sendable, CaseIterable {
    /// The venue's evidence proves it: the journal follows.
    case apply
    /// Nothing is proven yet: it stays as pessimistic as it is, and is asked again.
    case wait
    /// A person decides; until then nothing new is risked within its scope.
    case ask
    /// Nothing new is risked at the venue until a person has decided.
    case halt
    /// It is not ours: it is told and never touched.
    case leave
}

/// Where nothing new is risked while a case is open.
public enum CaseScope: Hashable, Sendable {
    /// One instrument, by symbol and market.
    case instrument(String)
    /// All that settles in an asset.
    case asset(String)
    /// Everything at a market of a venue.
    case venue(String)

    /// The scope in words.
    public var name: String {
        switch self {
        case .instrument(let name), .asset(let name), .venue(let name): name
        }
    }
}

/// A difference that was found.
public struct Discrepancy: Hashable, Sendable {
    /// Which kind it is of.
    public var kind: CaseKind
    /// What it touches.
    public var scope: CaseScope
    /// What it is about, as `order 12 (hf-…)`.
    public var subject: String
    /// What both sides say, in words with figures.
    public var seen: String
    /// How often it was found in one comparison: a question may be left open for many symbols.
    ///
    /// It is none of the figures that block again once they are others.
    public var times = 1

    /// What is done about it.
    public var action: CaseAction { kind.entry.action }
    /// How often it was found, behind what it is about; empty where that is once.
    var count: String { times == 1 ? "" : ", \(times) times" }
    /// All of it in a sentence.
    var sentence: String {
        let place = subject == scope.name ? subject : "\(scope.name), \(subject)"
        return "\(kind.rawValue), \(kind.entry.seen): \(place)\(count): \(seen)"
    }
}

/// What stands in the catalogue about a kind of case.
public struct CaseEntry: Sendable {
    /// What is seen.
    public let seen: String
    /// What it means.
    public let meaning: String
    /// What proves it.
    public let evidence: String
    /// What a plan does about it.
    public let action: CaseAction
}
