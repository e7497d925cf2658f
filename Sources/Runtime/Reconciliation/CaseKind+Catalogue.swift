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
            .fundingNotBooked:
            fills
        case .positionGone, .positionSmaller, .positionLarger, .positionOpposite, .positionForeign,
            .positionHedged, .balanceMissing, .balanceForeign, .balanceBorrowed:
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
        default:
            CaseEntry(
                seen: "funding was charged or paid",
                meaning: "the balance has changed by it",
                evidence: "the row with its id",
                action: .ask
            )
        }
    }

    private var holdings: CaseEntry {
        switch self {
        case .positionGone:
            CaseEntry(
                seen: "the venue has no position where fills of ours hold one",
                meaning: "it was closed by hand or by the venue",
                evidence: "the position, after every fill of ours",
                action: .ask
            )
        case .positionSmaller:
            CaseEntry(
                seen: "the venue's position is smaller than ours",
                meaning: "a part was closed by hand or by the venue, or netted by somebody else's",
                evidence: "the position, after every fill of ours",
                action: .ask
            )
        case .positionLarger:
            CaseEntry(
                seen: "the venue's position is larger than ours",
                meaning: "the rest is somebody else's",
                evidence: "the position, after every fill of ours",
                action: .leave
            )
        case .positionOpposite:
            CaseEntry(
                seen: "the venue's position has the other side than ours",
                meaning: "somebody else's has turned it",
                evidence: "the position, after every fill of ours",
                action: .ask
            )
        case .positionForeign:
            CaseEntry(
                seen: "the venue has a position where we hold none",
                meaning: "somebody else's",
                evidence: "the position, after every fill of ours",
                action: .leave
            )
        case .positionHedged:
            CaseEntry(
                seen: "a position is one leg of hedge mode",
                meaning: "orders may open the other leg where they are to close this one",
                evidence: "the position",
                action: .halt
            )
        case .balanceMissing:
            CaseEntry(
                seen: "the venue has less of an asset than the journal says is ours",
                meaning: "it was moved or sold, or something was charged that is not booked",
                evidence: "the balance, after every fill of ours",
                action: .ask
            )
        case .balanceForeign:
            CaseEntry(
                seen: "the venue has more of an asset than the journal says is ours",
                meaning: "the rest is somebody else's",
                evidence: "the balance",
                action: .leave
            )
        default:
            CaseEntry(
                seen: "a balance is below zero",
                meaning: "something was borrowed",
                evidence: "the balance",
                action: .halt
            )
        }
    }

    private var rest: CaseEntry {
        switch self {
        case .stopMissing:
            CaseEntry(
                seen: "a position of ours has no stop that works at the venue",
                meaning: "nothing limits its loss while the engine is away",
                evidence: "the list of what works",
                action: .ask
            )
        case .stopTooSmall:
            CaseEntry(
                seen: "the stop of a position is smaller than the position",
                meaning: "a part is not protected",
                evidence: "the order by our id",
                action: .ask
            )
        case .stopTooLarge:
            CaseEntry(
                seen: "the stop of a position is larger than the position",
                meaning: "on spot it may sell what is not ours",
                evidence: "the order by our id",
                action: .ask
            )
        case .stopWrong:
            CaseEntry(
                seen: "the stop of a position has the wrong side, or may open a position",
                meaning: "it does not protect",
                evidence: "the order by our id",
                action: .ask
            )
        case .stopTriggeredUnfilled:
            CaseEntry(
                seen: "the stop of a position is triggered and not filled",
                meaning: "it rests as a limit order that the price has left: no protection",
                evidence: "the order by our id",
                action: .ask
            )
        case .stopWithoutPosition:
            CaseEntry(
                seen: "a stop works where we hold nothing",
                meaning: "it outlived its position, and may open another",
                evidence: "the list of what works, the position",
                action: .ask
            )
        case .dust:
            CaseEntry(
                seen: "what is held is below what the venue takes in an order",
                meaning: "no stop can be placed for it, and none is needed",
                evidence: "the filters",
                action: .leave
            )
        case .notListed:
            CaseEntry(
                seen: "the venue lists an instrument no more",
                meaning: "it is halted or delisted",
                evidence: "the whole list",
                action: .ask
            )
        case .takesNoOrders:
            CaseEntry(
                seen: "the venue takes no orders for an instrument now",
                meaning: "it is halted",
                evidence: "its status",
                action: .ask
            )
        case .otherRules:
            CaseEntry(
                seen: "an instrument has other rules than configured",
                meaning: "orders may be refused",
                evidence: "the filters",
                action: .ask
            )
        case .otherMode:
            CaseEntry(
                seen: "a contract has another mode or leverage than configured",
                meaning: "a loss may be larger than the limits say",
                evidence: "the account's mode",
                action: .halt
            )
        default:
            CaseEntry(
                seen: "the venue does not answer a question",
                meaning: "nothing: what was not told is not known",
                evidence: "none",
                action: .halt
            )
        }
    }
}
