// The part of the catalogue about what is held, protected and traded.
extension CaseKind {
    var holdings: CaseEntry {
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
        case .reducedByOthers:
            CaseEntry(
                seen: "others have closed a position of ours, or a part of it",
                meaning: "its owner did by hand, or the venue for want of margin",
                evidence: "their fills since the deal opened, which leave what the venue has",
                action: .apply
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
        case .entryNotBooked:
            CaseEntry(
                seen: "the venue's log has an entry that is not booked",
                meaning: "something came into the account, or left it beside our trades",
                evidence: "the entry; what goes out is taken from what is not ours first",
                action: .apply
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

    var rest: CaseEntry {
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
                seen: "an instrument is of another kind, base or quote than configured",
                meaning: "it is not the one that was meant",
                evidence: "how the venue lists it",
                action: .ask
            )
        case .rulesChanged:
            CaseEntry(
                seen: "the venue asks something else of orders than the journal knows",
                meaning: "its filters have changed: what does not fit them is refused",
                evidence: "how the venue lists it",
                action: .apply
            )
        case .otherMode:
            CaseEntry(
                seen: "a contract has another mode or leverage than configured",
                meaning: "a loss may be larger than the limits say",
                evidence: "the account's mode",
                action: .halt
            )
        case .tooLongAgo:
            CaseEntry(
                seen:
                    "the last complete comparison is longer ago than the venue's records are read",
                meaning: "what happened before is told by positions and balances alone",
                evidence: "the time of the last complete comparison",
                action: .ask
            )
        case .tooMany:
            CaseEntry(
                seen: "there are more differences than are kept",
                meaning: "what is not kept could not be told apart from what is",
                evidence: "the others",
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
