internal import Projections
internal import Trading

/// The life of one order.
struct OrderTale {
    /// Its intent.
    let intent: Moment
    /// What it was for and what was asked at first.
    let intended: OrderIntended
    /// The name it has at the venue.
    let clientOrderID: ClientOrderID?
    /// All events about it, the intent first.
    let moments: [Moment]
    /// How it stands at the end.
    let last: Order?
    /// What was held just before the intent.
    let holdings: [Holding]
    /// The position just before the intent.
    let position: Position?
    /// The deal just before the intent.
    let deal: Deal?
    /// How far the inputs were read in the batch of the intent.
    let reaches: [SourceReach]
    /// What was paid for its fills.
    let fees: [Fee]

    /// The tale of the order that a moment intends; `nil` where it intends none.
    init?(_ intent: Moment, in story: Story) {
        guard case .orderIntended(let intended) = intent.event else { return nil }
        self.intent = intent
        self.intended = intended
        moments = story.moments(of: OrderID(intent.sequence))
        last = story.end.order(OrderID(intent.sequence)) ?? moments.last?.order
        let before = story.before[intent.sequence]
        let held = before?.instruments.first { $0.instrument.id == intended.terms.instrument }
        clientOrderID = before?.clientOrderID(intendedBy: SequenceNumber(intent.sequence))
        holdings = before.flatMap { state in held.map { state.holdings(of: $0.instrument) } } ?? []
        position = held?.position
        deal = before?.deals[intended.deal]
        reaches = story.reaches[intent.sequence] ?? []
        fees = Fee.sums(of: moments, in: story.end)
    }

    /// The average price of its fills; `nil` without any.
    var averagePrice: Price? { last?.averagePrice }

    /// Whether something that only the venue can know proves that its request left.
    var isKnownToHaveLeft: Bool {
        moments.contains { moment in
            switch moment.event {
            case .orderAccepted, .orderRejected, .orderFilled, .orderCancelled, .cancelRejected,
                .orderAmended, .amendRejected, .orderTriggered, .orderExpired, .reportSetAside:
                true
            default: false
            }
        }
    }
}

extension Order {
    /// The average price of the fills; `nil` without any.
    var averagePrice: Price? {
        filled.isZero ? nil : Price(cost.value.divided(by: filled.value, .halfEven))
    }
}

/// What was paid in one asset.
struct Fee: Hashable {
    let asset: String
    private(set) var amount: Money

    /// The fees of fills, one sum for each asset, in the order of appearance.
    static func sums(of moments: [Moment], in state: TradingState) -> [Fee] {
        var fees: [Fee] = []
        for moment in moments {
            let execution: Execution
            switch moment.event {
            case .orderFilled(let fill): execution = fill.execution
            case .positionLiquidated(let fill): execution = fill.execution
            default: continue
            }
            let asset = state.name(of: execution.feeAsset)
            if let place = fees.firstIndex(where: { $0.asset == asset }) {
                fees[place].amount += execution.fee
            } else {
                fees.append(Fee(asset: asset, amount: execution.fee))
            }
        }
        return fees
    }

    /// The sums in words.
    static func words(_ fees: [Fee]) -> String {
        fees.isEmpty ? "none" : fees.map { "\($0.amount) \($0.asset)" }.joined(separator: ", ")
    }
}

/// What became of a deal.
struct DealTale {
    let id: DealID
    /// The deal when it was last seen open.
    let last: Deal?
    /// What happened to the deal itself: moves, peaks, funding, liquidation, its end.
    let moments: [Moment]
    /// Its end; `nil` while it is open.
    let closed: (moment: Moment, event: DealClosed)?
    /// The intents of its orders.
    let intents: [Moment]
    /// How its orders stand at the end, in the order of their intents.
    let orders: [Order]
    /// What was paid for its fills.
    let fees: [Fee]

    init(_ id: DealID, in story: Story) {
        self.id = id
        let own = story.moments.filter { $0.subject.deal == id }
        let open = story.end.deals[id]
        last = open ?? own.lazy.compactMap(\.deal).last { _ in true }
        moments = story.moments.filter { moment in
            switch moment.event {
            case .dealOpened, .dealMoved, .peakMoved, .dealClosed, .positionLiquidated:
                moment.subject.deal == id
            case .fundingSettled, .errorRecorded, .correctionMade: true
            default: false
            }
        }
        closed = story.closing.flatMap { moment in
            if case .dealClosed(let event) = moment.event { (moment, event) } else { nil }
        }
        intents = story.intents
        orders = intents.compactMap { moment in
            let id = OrderID(moment.sequence)
            return story.end.order(id) ?? story.moments(of: id).last?.order
        }
        fees = Fee.sums(of: own, in: story.end)
    }

    /// How long it lasted; `nil` while it is open.
    var duration: TimeSpan? { closed.flatMap { end in last.map { end.moment.time - $0.openedAt } } }
}
