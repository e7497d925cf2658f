internal import Engine
internal import Exchange
internal import Projections
internal import Trading

// Whose orders are spoken of.
extension LiveWorld {
    /// Which order of ours a venue speaks of; `nil` for one of somebody else.
    func owner(_ clientID: String, _ venueOrder: VenueID, in instrument: InstrumentID) -> OrderID? {
        if let known = owners[unique(venueOrder, in: instrument)] { return known }
        if let id = ClientOrderID(clientID) { return isOurs(id) ? id.order : nil }
        guard RescueOrderID(clientID) != nil else { return nil }
        return names.first { $0.value.name.clientID == clientID }?.key
    }

    /// Takes an order of none of ours: one that an engine placed since this start, and not this
    /// one, is of another that trades on the account.
    func meet(_ stranger: VenueOrder, at desk: Int) {
        if let rescue = RescueOrderID(stranger.clientID) { return meetRescue(rescue) }
        // Not every message tells when an order was made; one that works was changed since.
        let moment = stranger.made ?? (stranger.status.isTerminal ? nil : stranger.changed)
        guard let id = ClientOrderID(stranger.clientID), !isOurs(id),
            let made = moment, made > begun[desk],
            !conditions.contains(where: { $0.condition == .secondEngine }),
            engines.insert(id.draw).inserted
        else { return }
        let text =
            "another engine trades on this account: \(stranger.clientID) was placed at \(made); "
            + "nothing new is opened here until a restart, stop one of them"
        emit(.errorRecorded(ErrorRecorded(severity: .alarm, text: text)))
        conditions.append((.secondEngine, true))
    }

    /// How many names of each kind are remembered: an engine that is never restarted meets more.
    private static var mostRemembered: Int { 50_000 }

    /// Forgets the venue's ids of orders that the state has forgotten, and fills of others: what is
    /// met again is compared again.
    func forgetOld(_ state: borrowing TradingState) {
        if owners.count > Self.mostRemembered {
            let known = copy state
            owners = owners.filter { known.order($0.value) != nil }
        }
        if strangers.count > Self.mostRemembered { strangers = [] }
    }

    /// The instrument of a symbol at a desk; `nil` for one that is not traded.
    func instrument(_ symbol: String, at desk: Int) -> InstrumentID? {
        instruments.first { $0.desk == desk && $0.symbol == symbol }?.id
    }
}
