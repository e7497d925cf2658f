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
        /// The position of a contract; `nil` on spot, where balances tell, and without an answer.
        var position: Quantity?
        /// Whether it is held in hedge mode.
        var isHedge = false
        /// What is configured otherwise than the venue has it; `nil` where it lists it no more.
        var differences: [InstrumentDifference]? = []
        /// What of the account's mode is otherwise than configured, in words.
        var modes: [String] = []
        /// Whether something of ours has changed since the survey began: nothing is compared then.
        var isMoved = false
        /// Where it is traded.
        var market = VenueMarket.bybitLinear

        /// A fill's id as the journal has it.
        func unique(_ id: VenueID) -> VenueID { market.unique(id, in: instrument) }
    }

    var parts: [Part] = []
    /// What is held of each asset; `nil` where that was not answered.
    var balances: [String: Money]? = [:]
    /// How everything of ours stood when it began.
    var marks = SurveyMarks()
    /// Whether balances of ours have changed since then.
    var areBalancesMoved = false
    /// Whether rules and modes were read.
    var hasRules = true
    /// Questions without an answer: the market, what was asked, and what came instead.
    var unanswered: [(market: String, question: String, why: String)] = []
}
