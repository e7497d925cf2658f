import Projections
import Trading

/// A state in which something of everything is there, so that events find what they name.
enum Traded {
    /// Folds one event after the other.
    static func state() throws -> TradingState {
        var state = TradingState()
        for event in try events() {
            try state.fold(
                EventEnvelope(
                    sequence: state.head.next,
                    time: Timestamp(nanoseconds: 1_700_000_000_000_000_000),
                    trace: .none,
                    cause: SequenceNumber(0),
                    event: event
                )
            )
        }
        return state
    }

    /// A journal's begin, two instruments, and a deal in each: events 10 and 11, orders 12 and 13.
    private static func events() throws -> [Event] {
        let began = EpochBegan(
            epoch: Epoch(1),
            draw: "wxyz",
            previousStop: .none,
            program: "fuzz",
            process: 1
        )
        var events: [Event] = [
            .journalBegan(JournalBegan(tag: "abcd", mode: .tape)), .epochBegan(began),
            .sourceAttached(
                SourceAttached(
                    source: SourceID(0),
                    sourceKind: .tape,
                    name: "market.tape",
                    contentHash: String(repeating: "0", count: 64),
                    firstTime: .never
                )
            ),
        ]
        for (place, market) in Market.allCases.enumerated() {
            events.append(.instrumentListed(try listing(place, market)))
        }
        for asset in ["BTC", "USDT"] {
            let amount = Money(Decimal(10_000))
            let adjusted = BalanceAdjusted(asset: asset, amount: amount, reason: "deposit")
            events.append(.balanceAdjusted(adjusted))
        }
        events.append(.errorRecorded(ErrorRecorded(severity: .warning, text: "one")))
        events.append(.botStatusChanged(BotStatusChanged(status: .running, reason: "")))
        for place in 0..<2 { events.append(.dealOpened(try deal(place))) }
        for place in 0..<2 { events.append(.orderIntended(try intent(place))) }
        return events
    }

    private static func listing(_ place: Int, _ market: Market) throws -> InstrumentListed {
        InstrumentListed(
            id: InstrumentID(UInt16(place)),
            symbol: "BTCUSDT",
            market: market,
            base: "BTC",
            quote: "USDT",
            filters: InstrumentFilters(
                priceTick: Price(try Decimal("0.1")),
                quantityStep: Quantity(try Decimal("0.001")),
                minimumQuantity: Quantity(try Decimal("0.001")),
                maximumQuantity: Quantity(Decimal(1000)),
                minimumNotional: Money(Decimal(5))
            ),
            fees: FeeSchedule(maker: try Decimal("0.0002"), taker: try Decimal("0.0005")),
            margin: MarginTerms(leverage: Decimal(5), maintenanceRate: try Decimal("0.005"))
        )
    }

    private static func deal(_ place: Int) throws -> DealOpened {
        DealOpened(
            instrument: InstrumentID(UInt16(place)),
            side: place == 0 ? .buy : .sell,
            evidence: Evidence(
                strategy: 1,
                score: try Decimal("0.75"),
                bid: Price(Decimal(99)),
                ask: Price(Decimal(100))
            )
        )
    }

    private static func intent(_ place: Int) throws -> OrderIntended {
        OrderIntended(
            deal: DealID(UInt64(10 + place)),
            role: .entry,
            terms: OrderTerms(
                instrument: InstrumentID(UInt16(place)),
                side: place == 0 ? .buy : .sell,
                type: .limit,
                timeInForce: .goodTillCancelled,
                quantity: Quantity(Decimal(2)),
                price: Price(Decimal(100))
            )
        )
    }
}
