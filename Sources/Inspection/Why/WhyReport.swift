internal import Engine
internal import Projections
internal import Trading

/// The answer to "why": what led to a decision, and what came of it.
struct WhyReport {
    /// What is asked about.
    enum Subject {
        /// An order that was intended.
        case order(OrderID)
        /// An entry that was refused before it left.
        case refusal(UInt64)
        /// A deal with all its orders.
        case deal(DealID)
    }

    let subject: Subject
    let story: Story
    let configuration: JournaledConfiguration
    /// The event that decided: the deal's opening, or the refusal; `nil` where it is archived.
    let decision: Moment?
    /// What the strategy saw; `nil` for a refused entry, which keeps none.
    let evidence: Evidence?
    /// What is traded.
    let instrument: Instrument
    /// The judgement on the entry, made again; `nil` where its state is archived.
    let review: RiskReview?
    /// The orders told in full.
    let orders: [OrderTale]
    /// The deal; `nil` for a refused entry.
    let deal: DealTale?

    /// What was to be done with the instrument.
    var plan: InstrumentPlan? { configuration.plan(of: instrument) }

    /// The signal that was acted on.
    var signal: Moment? { story.signal }

    /// Whether the journal says another thing than its own state gives.
    ///
    /// Where it does, journal and program do not fit together.
    var contradiction: String? {
        guard let review, let decision else { return nil }
        guard case .orderRefused(let refused) = decision.event else {
            return review.verdict.map { verdict in
                "the entry left, and is refused now: \(verdict.refusal.name), limit "
                    + "\(verdict.limit), would be \(verdict.actual)"
            }
        }
        guard review.price != nil else { return nil }
        let again = review.verdict
        let isSame =
            again?.refusal == refused.refusal && again?.limit == refused.limit
            && again?.actual == refused.actual
        // What price was trusted then is a memory of the market, which is not journaled.
        if isSame || (refused.refusal == .priceBand && again == nil) { return nil }
        return "the entry was refused (\(refused.refusal.name)), and "
            + (again.map { "another limit is broken now: \($0.refusal.name)" } ?? "passes now")
    }
}

extension WhyReport {
    /// Puts the answer together.
    ///
    /// - Throws: ``CommandFailure`` where the state does not know what is asked about.
    init(
        _ subject: Subject,
        _ story: Story,
        _ configuration: JournaledConfiguration
    ) throws(CommandFailure) {
        self.subject = subject
        self.story = story
        self.configuration = configuration
        let intents = story.intents
        let refusal = story.refusal
        decision = refusal ?? story.opening
        let id = Self.instrument(of: refusal ?? intents.first ?? story.moments.first)
        guard let id, let instrument = story.end.instrument(id) else {
            throw CommandFailure(1, "the journal does not tell what this was about")
        }
        self.instrument = instrument
        let known = intents.first.flatMap(\.deal) ?? story.moments.lazy.compactMap(\.deal).first
        evidence = refusal == nil ? known?.evidence : nil
        review = Self.review(decision, intents, in: story)
        switch subject {
        case .order(let order):
            orders = intents.filter { $0.subject.order == order }
                .compactMap { OrderTale($0, in: story) }
        case .refusal: orders = []
        case .deal: orders = intents.compactMap { OrderTale($0, in: story) }
        }
        deal = refusal == nil ? known.map { DealTale($0.id, in: story) } : nil
    }

    private static func instrument(of moment: Moment?) -> InstrumentID? {
        moment?.subject.instrument
    }

    /// Judges the entry again in the state before the decision.
    private static func review(
        _ decision: Moment?,
        _ intents: [Moment],
        in story: Story
    ) -> RiskReview? {
        guard let decision, let state = story.before[decision.sequence] else { return nil }
        switch decision.event {
        case .orderRefused(let refused):
            let price =
                refused.terms.price.isPositive
                ? refused.terms.price : state.countedPrice(of: refused)
            return RiskReview(refused.terms, at: price, in: state, now: decision.time)
        case .dealOpened(let opened):
            let entry = intents.first { moment in
                if case .orderIntended(let intent) = moment.event {
                    intent.role == .entry
                } else {
                    false
                }
            }
            guard case .orderIntended(let intent)? = entry?.event else { return nil }
            let best = opened.side == .buy ? opened.evidence.ask : opened.evidence.bid
            let price = intent.terms.price.isPositive ? intent.terms.price : best
            return RiskReview(intent.terms, at: price, in: state, now: decision.time)
        default: return nil
        }
    }
}

extension TradingState {
    /// What a refused market order was counted at.
    ///
    /// The journal keeps only what the limit would have become, which tells the notional where
    /// the limit is one of notional, and so the one price on the grid that gives it.
    fileprivate func countedPrice(of refused: OrderRefused) -> Price? {
        let quantity = refused.terms.quantity
        guard let rules = instrument(refused.terms.instrument), quantity.isPositive,
            refused.actual.isWithinBounds
        else { return nil }
        let held = instruments[Int(rules.id.rawValue)].position.cost
        let notional: Money
        switch refused.refusal {
        case .positionTooLarge: notional = Money(refused.actual) - held
        case .exposureTooLarge: notional = Money(refused.actual) - exposure
        case .insufficientBalance where rules.market == .spot: notional = Money(refused.actual)
        default: return nil
        }
        let largest = Price(.bound)
        // A price above the bound is none, and could not be computed.
        guard notional.isPositive, notional.isWithinBounds, rules.filters.priceTick <= largest,
            quantity.value >= .one || notional <= quantity.notional(at: largest, .down)
        else { return nil }
        let exact = notional.value.divided(by: quantity.value, .halfEven)
        let price = Price(exact.rounded(toMultipleOf: rules.filters.priceTick.value, .halfEven))
        guard quantity.canMultiply(price) else { return nil }
        return quantity.notional(at: price, .up) == notional ? price : nil
    }
}
