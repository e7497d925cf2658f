package import Exchange
internal import Projections
package import Trading

/// What a venue said of everything that reconciliation compares, at one time.
package struct VenueSurvey {
    /// What became of an order of ours that the venue was asked about.
    package enum Looked: Hashable {
        /// It is there.
        case found(VenueOrder)
        /// It was not there; whether it can no longer arrive.
        case absent(isProven: Bool)
        /// The venue did not answer.
        case unanswered
    }

    /// What concerns one instrument.
    package struct Part {
        package var instrument: InstrumentID
        /// Symbol and market, for people.
        package var name: String
        /// What works, ours or not.
        package var working: [VenueOrder] = []
        /// What ended lately, ours or not; empty where it was not asked for.
        package var ended: [VenueOrder] = []
        /// Every live order of ours.
        package var looked: [OrderID: Looked] = [:]
        /// What was filled lately, and rows of funding; `nil` where that was not answered.
        package var fills: [VenueExecution]? = []
        /// The position of a contract; `nil` on spot, where balances tell, and without an answer.
        package var position: Quantity?
        /// The average price of entry, as the venue rounds it; `nil` where nothing is held, where
        /// it is held in parts, and without an answer.
        package var entryPrice: Price?
        /// Whether it is held in hedge mode.
        package var isHedge = false
        /// What is configured otherwise than the venue has it; `nil` where it lists it no more.
        package var differences: [InstrumentDifference]? = []
        /// What is to be asked of orders; `nil` where that was not read.
        package var filters: InstrumentFilters?
        /// What of the account's mode is otherwise than configured, in words.
        package var modes: [String] = []
        /// Whether something of ours has changed since the survey began: nothing is compared then.
        package var isMoved = false
        /// Whether something of ours was open in it when the survey began.
        var isOpen = false
        /// Where it is traded.
        package var market = VenueMarket.bybitLinear

        /// Nothing of an instrument.
        package init(instrument: InstrumentID, name: String) {
            self.instrument = instrument
            self.name = name
        }

        /// Whether the venue lists it: of what it does not list it tells nothing else either.
        var isListed: Bool { differences != nil }

        /// Takes what the venue asks of orders; `nil` where it does not list the instrument.
        mutating func take(_ rules: FoundRules?) {
            differences = rules?.differences
            filters = rules?.filters
        }

        /// Takes what is held of a contract.
        mutating func take(_ positions: [VenuePosition]) {
            position = positions.reduce(Quantity.zero) { $0 + $1.quantity }
            entryPrice = positions.count == 1 ? positions[0].entryPrice : nil
            isHedge = positions.contains(where: \.isHedge)
        }

        /// The fills that are not booked, each once, oldest first.
        func newFills(_ state: TradingState) -> [VenueExecution] {
            var seen: Set<VenueID> = []
            let new = (fills ?? []).filter { fill in
                !state.hasBooked(unique(fill.id)) && seen.insert(fill.id).inserted
            }
            // Results of contracts depend on the order in which they were traded.
            return new.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
        }

        /// An order of ours that was looked up, by the venue's id.
        func found(_ venueOrder: VenueID) -> VenueOrder? {
            for case .found(let order) in looked.values where order.venueOrder == venueOrder {
                return order
            }
            return nil
        }

        /// How much of an order the fills tell that are known, each once.
        func told(of venueOrder: VenueID) -> Quantity {
            var seen: Set<VenueID> = []
            return (fills ?? []).reduce(.zero) { sum, fill in
                let counts = fill.venueOrder == venueOrder && seen.insert(fill.id).inserted
                return counts ? sum + fill.quantity : sum
            }
        }

        /// An order of ours in the list of what works; `nil` where it is not there, which proves
        /// nothing.
        func working(_ name: VenueOrderName, at market: VenueMarket) -> VenueOrder? {
            // A stop of USD-M has its name twice: the order that it becomes when it is met has it
            // too, and tells nothing of the stop.
            let isTwo = name.isConditional && market == .binanceFutures
            return working.first { order in
                order.clientID == name.clientID && !order.status.isTerminal
                    && (!isTwo || order.isUntriggered)
            }
        }

        /// The order of rescue that a fill is of; `nil` for other fills.
        func rescueOrder(of fill: VenueExecution) -> RescueOrderID? {
            // Rows of Binance do not tell whose they are; what ended does.
            let named = fill.clientID ?? ended.first { $0.venueOrder == fill.venueOrder }?.clientID
            return RescueOrderID(named ?? "")
        }

        /// A fill's id as the journal has it.
        func unique(_ id: VenueID) -> VenueID { market.unique(id, in: instrument) }
    }

    package var parts: [Part] = []
    /// What is held of each asset; `nil` where that was not answered.
    package var balances: [String: Money]? = [:]
    /// What the venue's own log says within the window; `nil` where it has none that is read, or
    /// did not answer.
    package var entries: [VenueEntry]?
    /// What of the venue's records was read; `nil` where there was no venue to ask.
    var window: SurveyWindow?
    /// How everything of ours stood when it began.
    var marks = SurveyMarks()
    /// Whether balances of ours have changed since then.
    var areBalancesMoved = false
    /// Whether what ended was looked through.
    var hasHistory = false
    /// Whether rules and modes were read.
    var hasRules = true
    /// Questions without an answer: the market, what was asked, and what came instead.
    package var unanswered: [(market: String, question: String, why: String)] = []

    /// Nothing of anything.
    package init() {}
}
