public import Trading

/// Where an order that a venue shows comes from, as its client order id proves.
public enum Provenance: Hashable, Sendable {
    /// The journal holds its intent.
    case journaled
    /// Of an epoch that a restore lost, knowingly.
    case lost
    /// Of a known epoch, beyond the journal's head: the journal was put back to an older copy.
    case beyondHead
    /// Of this journal's tag, with an epoch or a draw that the journal does not know: a copy of the
    /// journal traded, or this one was put back to before that epoch.
    case foreign
    /// Of an epoch so old that its draw is no longer kept.
    case forgotten
    /// Of another journal.
    case unrelated
}

extension TradingState {
    /// Judges an order that a venue shows.
    ///
    /// It is the evidence of a rollback that no file on this machine can give, and of a second
    /// engine on a copy of the journal.
    public func provenance(of id: ClientOrderID) -> Provenance {
        guard id.tag == tag else { return .unrelated }
        guard let record = epochs.last(where: { $0.epoch == id.epoch }) else {
            guard let oldest = epochs.first, id.epoch < oldest.epoch else { return .foreign }
            return .forgotten
        }
        if record.draw.isEmpty { return .lost }
        guard record.draw == id.draw else { return .foreign }
        return id.order.rawValue > head.rawValue ? .beyondHead : .journaled
    }
}
