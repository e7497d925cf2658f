package import Exchange
package import Trading

extension VenueMarket {
    /// The id of an order or a fill as the journal has it: Binance numbers them within a symbol,
    /// and the instrument makes them unique.
    package func unique(_ id: VenueID, in instrument: InstrumentID) -> VenueID {
        isBybit ? id : VenueID((UInt128(instrument.rawValue) + 1) << 64 | id.rawValue)
    }
}

extension CallRefusal {
    /// Whether the venue does not know the order that was asked about, or has archived it.
    var isOfGoneOrder: Bool { reason == .order(.unknownOrder) || reason == .order(.alreadyEnded) }
}
