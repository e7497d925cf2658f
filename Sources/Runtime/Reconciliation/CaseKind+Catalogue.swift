// The catalogue, of which docs/reconciliation.md is the printed form.
extension CaseKind {
    /// What stands in the catalogue about it.
    public var entry: CaseEntry {
        switch self {
        case .takenOn, .endedUnanswered, .neverArrived, .notProven, .filledFurther, .cancelled,
            .cancelledByOthers, .endedByRules, .forgotten:
            endings
        case .cancelNotDone, .amended, .amendNotDone, .changedByOthers, .triggered,
            .worksThoughEnded, .filledAfterEnd, .filledLess, .unknownEpoch, .unknownOrder,
            .foreignOrder:
            changes
        case .fillNotBooked, .fillOfUnknownOrder, .foreignFill, .liquidated, .deleveraged, .settled,
            .fundingNotBooked, .fillsMissing, .fundingDoubtful:
            fills
        case .positionGone, .positionSmaller, .positionLarger, .positionOpposite, .positionForeign,
            .positionHedged, .reducedByOthers, .balanceMissing, .balanceForeign, .balanceBorrowed,
            .entryNotBooked:
            holdings
        case .rescueOrder, .rescueFill: rescue
        default: rest
        }
    }

    private var endings: CaseEntry {
        switch self {
        case .takenOn:
            CaseEntry(
                seen: "an order without an answer works at the venue",
                meaning: "the answer was lost",
                evidence: "the order by our id",
                action: .apply
            )
        case .endedUnanswered:
            CaseEntry(
                seen: "an order without an answer has ended at the venue",
                meaning: "the answer was lost, and what came of the order as well",
                evidence: "the order by our id, its fills",
                action: .apply
            )
        case .neverArrived:
            CaseEntry(
                seen: "the venue does not know an order without an answer",
                meaning: "it never came there, and its receive window has closed for certain",
                evidence: "asked by our id after two receive windows, among what ended as well",
                action: .apply
            )
        case .notProven:
            CaseEntry(
                seen: "the venue does not know an order without an answer, and it may still arrive",
                meaning: "nothing yet",
                evidence: "none",
                action: .wait
            )
        case .filledFurther:
            CaseEntry(
                seen: "the venue has filled more of an order than is booked",
                meaning: "fills were not told",
                evidence: "the order by our id; its fills, each once",
                action: .apply
            )
        case .cancelled:
            CaseEntry(
                seen: "an order that we asked to cancel is cancelled",
                meaning: "the answer was lost",
                evidence: "the order by our id",
                action: .apply
            )
        case .cancelledByOthers:
            CaseEntry(
                seen: "a working order is cancelled at the venue, and we did not ask for it",
                meaning: "somebody cancelled it by hand, or the venue did",
                evidence: "the order by our id",
                action: .apply
            )
        case .endedByRules:
            CaseEntry(
                seen: "a working order has expired, or was rejected, at the venue",
                meaning: "the venue's rules ended it",
                evidence: "the order by our id, with the venue's reason",
                action: .apply
            )
        default:
            CaseEntry(
                seen: "the venue does not know an order that worked",
                meaning:
                    "it ended without a fill that is not booked, long enough ago to be forgotten",
                evidence: "asked by our id, among what ended as well; its fills",
                action: .apply
            )
        }
    }

    private var changes: CaseEntry {
        switch self {
        case .cancelNotDone:
            CaseEntry(
                seen: "an order that we asked to cancel works at the venue",
                meaning: "the request was lost, or is under way",
                evidence: "the order by our id",
                action: .wait
            )
        case .amended:
            CaseEntry(
                seen: "an order has the terms that we asked for",
                meaning: "the answer was lost",
                evidence: "the order by our id",
                action: .apply
            )
        case .amendNotDone:
            CaseEntry(
                seen: "an order has its old terms, and we asked for others",
                meaning: "the request was lost, or is under way",
                evidence: "the order by our id",
                action: .wait
            )
        case .changedByOthers:
            CaseEntry(
                seen: "a working order has terms that we did not ask for",
                meaning: "somebody changed it by hand",
                evidence: "the order by our id",
                action: .ask
            )
        case .triggered:
            CaseEntry(
                seen: "a stop has met its trigger",
                meaning: "it was not told",
                evidence: "the order by our id, or the order that it became",
                action: .apply
            )
        case .worksThoughEnded:
            CaseEntry(
                seen: "an order that has ended in the journal works at the venue",
                meaning: "what ended it was not so: it can be filled",
                evidence: "the list of what works",
                action: .ask
            )
        case .filledAfterEnd:
            CaseEntry(
                seen: "the venue has filled more of an order that has ended in the journal",
                meaning: "a fill came after the end was told; a fill is never refused",
                evidence: "the fills, each once",
                action: .apply
            )
        case .filledLess:
            CaseEntry(
                seen: "the venue has filled less of an order than is booked",
                meaning: "its description is older than what is booked",
                evidence: "none: a booked fill has evidence of its own",
                action: .wait
            )
        case .unknownEpoch:
            CaseEntry(
                seen: "an order carries the journal's mark, and a start that it does not know",
                meaning: "another engine trades with a copy, or the journal was put back",
                evidence: "epoch and draw in the id",
                action: .halt
            )
        case .unknownOrder:
            CaseEntry(
                seen:
                    "an order is of a start that the journal knows, and it does not know the order",
                meaning: "the journal was put back, or has put the order away",
                evidence: "the number in the id",
                action: .halt
            )
        default:
            CaseEntry(
                seen: "an order carries no mark of ours",
                meaning: "somebody else's",
                evidence: "its id",
                action: .leave
            )
        }
    }

    private var fills: CaseEntry {
        switch self {
        case .fillNotBooked:
            CaseEntry(
                seen: "a fill of an order of ours is not booked",
                meaning: "it was not told",
                evidence: "the fill with its id",
                action: .apply
            )
        case .fillOfUnknownOrder:
            CaseEntry(
                seen: "a fill carries our mark, and the journal does not know its order",
                meaning: "the journal was put back, or has put the order away",
                evidence: "the id of the order",
                action: .halt
            )
        case .foreignFill:
            CaseEntry(
                seen: "a fill is of no order of ours",
                meaning: "somebody else traded the instrument in this account",
                evidence: "the fill with its id",
                action: .leave
            )
        case .liquidated:
            CaseEntry(
                seen: "the venue closed a position for want of margin",
                meaning: "a loss of which some may be ours",
                evidence: "the fill with its kind",
                action: .ask
            )
        case .deleveraged:
            CaseEntry(
                seen: "the venue closed a position against a profitable one",
                meaning: "some of what is gone may be ours",
                evidence: "the fill with its kind",
                action: .ask
            )
        case .settled:
            CaseEntry(
                seen: "the venue delivered, settled or moved a position",
                meaning: "some of what is gone may be ours",
                evidence: "the row with its kind",
                action: .ask
            )
        case .fillsMissing:
            CaseEntry(
                seen: "the venue has filled more of an order than its fills tell",
                meaning: "the journal may have forgotten their ids, the venue has forgotten them, "
                    + "or it is behind its own words",
                evidence: "none: a fill is booked by its id alone",
                action: .ask
            )
        case .fundingDoubtful:
            CaseEntry(
                seen: "funding was charged or paid where somebody else may have held a part",
                meaning: "some of it may be ours",
                evidence: "the entry of the venue's log",
                action: .ask
            )
        default:
            CaseEntry(
                seen: "funding of a position of ours is not booked",
                meaning: "it was not told",
                evidence: "the entry of the venue's log, and that all fills since are ours",
                action: .apply
            )
        }
    }
}
