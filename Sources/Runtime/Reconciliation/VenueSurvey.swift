internal import Exchange
internal import Trading

/// What a venue said of everything that reconciliation compares, at one time.
struct VenueSurvey {
    /// What became of an order of ours that the venue was asked about.
    enum Looked: Hashable {
        /// It is there.
        case found(VenueOrder)
        /// It was not there; whether it can no longer arrive.
        case absent(isProven: Bool)
        /// The venue did not answer.
        case unanswered
    }

    /// What concerns one instrument.
    struct Part {
        var instrument: InstrumentID
        /// Symbol and market, for people.
        var name: String
        /// What works, ours or not.
        var working: [VenueOrder] = []
        /// Every live order of ours.
        var looked: [OrderID: Looked] = [:]
        /// What was filled lately, and rows of funding; `nil` where that was not answered.
        var fills: [VenueExecution]? = []
        /// What orders of fills are called whose row does not tell it, by the venue's id.
        var orderNames: [VenueID: String] = [:]
        /// The position of a contract; `nil` on spot, where balances tell, and without an answer.
        var position: Quantity?
        /// Whether it is held in hedge mode.
        var isHedge = false
        /// What is configured otherwise than the venue has it; `nil` where it lists it no more.
        var differences: [InstrumentDifference]? = []
        /// What of the account's mode is otherwise than configured, in words.
        var modes: [String] = []
        /// Where it is traded.
        var market = VenueMarket.bybitLinear

        /// The order of rescue that a fill is of; `nil` for other fills.
        func rescueOrder(of fill: VenueExecution) -> RescueOrderID? {
            RescueOrderID(fill.clientID ?? orderNames[fill.venueOrder] ?? "")
        }

        /// A fill's id as the journal has it.
        func unique(_ id: VenueID) -> VenueID { market.unique(id, in: instrument) }
    }

    var parts: [Part] = []
    /// What is held of each asset; `nil` where that was not answered.
    var balances: [String: Money]? = [:]
    /// Questions without an answer: the market, and what was asked.
    var unanswered: [(market: String, question: String)] = []
}
