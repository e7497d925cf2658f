internal import Projections
internal import Trading

extension BlockScope {
    /// The scope in words.
    var words: String { "\(reach.name) \(name)" }
}

extension RiskBlocked {
    /// What is blocked and why, in words.
    var words: String { "case \(caseID) blocks \(scope.words): \(subject): \(seen)" }

    /// The block, field by field.
    var document: Document {
        [
            "case": .text(caseID), "reach": .text(scope.reach.name), "scope": .text(scope.name),
            "subject": .text(subject), "seen": .text(seen),
        ]
    }
}

extension BlockEnded {
    /// What ended and how, in words.
    func words(_ state: TradingState) -> String {
        let block = state.blocks.first { $0.id == self.block }
        let name = block.map { "case \($0.caseID), \($0.scope.words): " } ?? "event \(self.block): "
        return name + end.name + (by.isEmpty ? "" : " by \(by): \(reason)")
    }

    /// The end, field by field.
    var document: Document {
        [
            "block": .count(block.rawValue), "end": .text(end.name), "by": .text(by),
            "reason": .text(reason),
        ]
    }
}

extension RiskBlock {
    /// The block in words.
    var words: String {
        "\(caseID) \(holds ? "blocks" : "released") \(scope.words) since \(since): \(subject): "
            + seen + (holds ? "" : "; released by \(releasedBy): \(releaseReason)")
    }

    /// The block, field by field.
    var document: Document {
        [
            "id": .count(id.rawValue), "case": .text(caseID), "reach": .text(scope.reach.name),
            "scope": .text(scope.name), "subject": .text(subject), "seen": .text(seen),
            "since": .text(since), "holds": .flag(holds), "releasedBy": .text(releasedBy),
            "releaseReason": .text(releaseReason),
        ]
    }
}

extension AccountEntryBooked {
    /// What the entry changed, in words.
    var words: String {
        "\(entry.name) of \(whole) \(asset) (\(word)), \(amount) of it ours"
    }

    /// The entry, field by field.
    var document: Document {
        [
            "evidence": .text(evidence), "entry": .text(entry.name), "word": .text(word),
            "asset": .text(asset), "whole": .text(whole), "amount": .text(amount),
        ]
    }
}
