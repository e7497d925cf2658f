internal import Exchange
package import Projections
internal import Trading

/// Compares what the journal says with what the venue said, over the union of both sides.
///
/// It asks nothing and changes nothing: the same journal and the same answers give the same cases,
/// in the same order.
package struct Comparison {
    let state: TradingState
    let survey: VenueSurvey
    /// The cases, in a fixed order.
    package private(set) var found: [Discrepancy] = []
    /// What others have taken of our positions.
    let reductions: ReductionEvidence
    /// The draws of starts that the journal does not know, each told once of what ended.
    var strangers: Set<String> = []
    /// What fills that are not booked add to our position, by instrument.
    private var unbooked: [InstrumentID: Quantity] = [:]
    /// What fills that are not booked add to what an order has filled.
    private(set) var untold: [OrderID: Quantity] = [:]

    /// Compares.
    package init(_ state: TradingState, _ survey: VenueSurvey) {
        self.state = state
        self.survey = survey
        reductions = ReductionEvidence(state, survey)
        noteSilence()
        if let window = survey.window, window.isCut {
            let words =
                "the last was complete at \(window.comparedUntil), and what the venue recorded "
                + "before \(window.from) is not read"
            for market in Set(survey.parts.map(\.market.name)).sorted() {
                note(.tooLongAgo, .venue(market), "the last comparison", words)
            }
        }
        for part in survey.parts where !part.isMoved {
            countUntold(part)
            compareOrders(part)
            compareWorking(part)
            compareEnded(part)
            compareFills(part)
            compareRules(part)
            comparePosition(part)
            compareProtection(part)
        }
        compareBalances()
    }

    /// Whether what was found is looked at twice before anything follows from it.
    ///
    /// Not for questions without an answer alone: a venue that had no time for them, or whose
    /// limits are used up, answers no more a second later.
    var asksForAnotherLook: Bool {
        found.contains { $0.kind.blocksRisk && $0.kind != .notAnswered }
            || !reductions.reductions.isEmpty
    }

    mutating func note(_ kind: CaseKind, _ scope: CaseScope, _ subject: String, _ seen: String) {
        found.append(Discrepancy(kind: kind, scope: scope, subject: subject, seen: seen))
    }

    mutating func note(
        _ kind: CaseKind,
        _ part: VenueSurvey.Part,
        _ subject: String,
        _ seen: String
    ) {
        // What halts is no matter of one instrument.
        let isHalt = kind.entry.action == .halt
        let scope: CaseScope = isHalt ? .venue(part.market.name) : .instrument(part.name)
        note(kind, scope, subject, seen)
    }

    /// Questions without an answer, each once: the same may be open for hundreds of symbols.
    private mutating func noteSilence() {
        for open in survey.unanswered {
            let same = found.firstIndex { known in
                known.scope == .venue(open.market) && known.subject == open.question
                    && known.seen == open.why
            }
            if let same {
                found[same].times += 1
            } else {
                note(.notAnswered, .venue(open.market), open.question, open.why)
            }
        }
    }

    /// A start that the journal does not know is a matter of every market that is traded.
    mutating func noteEverywhere(_ kind: CaseKind, _ subject: String, _ seen: String) {
        for market in VenueMarket.allCases
        where survey.parts.contains(where: { $0.market == market }) {
            note(kind, .venue(market.name), subject, seen)
        }
    }

    func name(_ order: Order) -> String {
        let client = state.clientOrderID(of: order).map { " (\($0))" } ?? ""
        return "order \(order.id)\(client), \(order.role.name)"
    }

    func held(_ part: VenueSurvey.Part) -> Quantity {
        state.instruments[Int(part.instrument.rawValue)].position.quantity
            + (unbooked[part.instrument] ?? .zero)
    }

    private mutating func countUntold(_ part: VenueSurvey.Part) {
        let owners = SurveyOwners(state, part)
        for fill in part.newFills(state) where fill.kind == .trade {
            guard let known = owners.order(of: fill, state) else { continue }
            untold[known.id, default: .zero] += fill.quantity
        }
    }

    mutating func addUnbooked(_ fill: VenueExecution, _ part: VenueSurvey.Part) {
        unbooked[part.instrument, default: .zero] += fill.side.signed(fill.quantity)
    }

    // MARK: What is traded, and how

    private mutating func compareRules(_ part: VenueSurvey.Part) {
        guard let differences = part.differences else {
            note(.notListed, part, part.name, "the venue does not list it")
            return
        }
        for difference in differences where difference.matter == .status {
            note(.takesNoOrders, part, part.name, difference.text)
        }
        func words(_ matter: InstrumentDifference.Matter) -> String {
            differences.filter { $0.matter == matter }.map(\.text).joined(separator: "; ")
        }
        let other = words(.identity)
        if !other.isEmpty { note(.otherRules, part, part.name, other) }
        if let wanted = part.filters,
            wanted != state.instrument(part.instrument)?.filters
        {
            let found = words(.filters)
            let text = found.isEmpty ? "the venue asks what is configured again" : found
            note(.rulesChanged, part, part.name, text)
        }
        for mode in part.modes { note(.otherMode, part, part.name, mode) }
    }

    // MARK: Holdings

    private mutating func comparePosition(_ part: VenueSurvey.Part) {
        // What is ours is not known before its fills are.
        guard let theirs = part.position, part.fills != nil else { return }
        if part.isHedge {
            return note(.positionHedged, part, part.name, "the venue holds it in hedge mode")
        }
        let ours = held(part)
        guard theirs != ours else { return }
        let kind: CaseKind
        if ours.isZero {
            kind = .positionForeign
        } else if theirs.isZero {
            kind = .positionGone
        } else if theirs.isNegative != ours.isNegative {
            kind = .positionOpposite
        } else {
            kind = theirs.magnitude < ours.magnitude ? .positionSmaller : .positionLarger
        }
        note(kind, part, part.name, "the venue has \(theirs), ours is \(ours)")
    }

    private mutating func compareBalances() {
        let money = MoneyEvidence(state, survey)
        compareLog(money)
        guard let balances = survey.balances, !survey.areBalancesMoved else { return }
        let names = Set(state.assets.map(\.name)).union(balances.keys).sorted()
        for asset in names {
            let theirs = balances[asset] ?? .zero
            let booked = state.assets.first { $0.name == asset }?.balance ?? .zero
            // What the venue's log explains is told as a case of its own.
            let ours = booked + (money.changes[asset] ?? .zero)
            let words = "the venue has \(theirs), ours is \(ours)"
            if theirs.isNegative {
                note(.balanceBorrowed, .asset(asset), asset, "the venue has \(theirs)")
            } else if theirs < ours {
                // What fills took that are not booked is missing here until they are.
                guard !survey.lacksFills(settledIn: asset, state, reductions) else { continue }
                let ahead = survey.realisedAhead(of: asset, state)
                let missing = missing(ours - theirs - ahead, asset)
                guard missing.isPositive else { continue }
                // The balances move with every trade, and what is missing does not.
                note(.balanceMissing, .asset(asset), asset, "\(missing) of ours is missing")
            } else if theirs > ours {
                note(.balanceForeign, .asset(asset), asset, words)
            }
        }
    }

    /// What differs by less is no case, where contracts are settled: venues round what each of them
    /// brings, and the journal does not.
    private static let rounding = Money(Decimal(units: Decimal.unitsPerOne / 1_000_000))

    /// What is missing of an asset, without what venues round.
    private func missing(_ amount: Money, _ asset: String) -> Money {
        let isRounded = survey.parts.contains {
            $0.market.market == .perpetual && $0.settles(in: asset, state)
        }
        guard isRounded else { return amount > cut(asset) ? amount : .zero }
        return Money(amount.value.rounded(toMultipleOf: Self.rounding.value, .down))
    }

    /// What Binance's spot market may have cut of what fills brought.
    ///
    /// It keeps eight decimals, and where tick times step has more, as where prices are in BTC, the
    /// journal keeps more. What was cut never comes back, so it is counted over all fills, those of
    /// other instruments as well: the state has no other count. Where buying is cut as selling is,
    /// most of it cancels out, so no more than ten thousand are counted. What is bought has no more
    /// decimals than its step, and fees are told as they are charged.
    private func cut(_ asset: String) -> Money {
        let isKept = survey.parts.contains { part in
            let quote = state.instruments[Int(part.instrument.rawValue)].instrument.quote
            return part.market == .binanceSpot && state.assets[Int(quote.rawValue)].name == asset
        }
        guard isKept else { return .zero }
        let fills = Int128(min(state.metrics.fills, 10_000))
        return Money(Decimal(units: Decimal.unitsPerOne / 100_000_000 * fills))
    }

    /// What the venue's log says and the journal does not.
    private mutating func compareLog(_ money: MoneyEvidence) {
        for event in money.events {
            switch event {
            case .fundingSettled(let it):
                let name = survey.parts.first { $0.instrument == it.instrument }?.name ?? ""
                let words = "\(it.amount), entry \(it.evidence)"
                note(.fundingNotBooked, .instrument(name), name, words)
            case .accountEntryBooked(let it):
                let words = "\(it.whole) by \(it.word), \(it.amount) of it ours"
                note(.entryNotBooked, .asset(it.asset), "entry \(it.evidence)", words)
            default: break
            }
        }
        for entry in money.doubtful {
            guard
                let part = survey.parts.first(where: { part in
                    part.market.market == .perpetual
                        && state.instrument(part.instrument)?.symbol == entry.symbol
                })
            else { continue }
            note(.fundingDoubtful, part, "entry \(entry.id)", "\(entry.amount) at \(entry.time)")
        }
    }
}
