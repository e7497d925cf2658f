import TestSupport
import Trading

/// One example of each kind, whose bytes are checked in: the layout is for ever.
enum GoldenEvents {
    static func listing(tick: String, step: String, leverage: String) -> InstrumentListed {
        InstrumentListed(
            id: InstrumentID(3),
            symbol: "BTCUSDT",
            market: .perpetual,
            base: "BTC",
            quote: "USDT",
            filters: InstrumentFilters(
                priceTick: price(tick),
                quantityStep: quantity(step),
                minimumQuantity: quantity("0.002"),
                maximumQuantity: quantity("1000"),
                minimumNotional: money("5")
            ),
            fees: FeeSchedule(maker: number("-0.0001"), taker: number("0.00055")),
            margin: MarginTerms(leverage: number(leverage), maintenanceRate: number("0.005"))
        )
    }

    static func fill(price text: String, quantity size: String) -> OrderFilled {
        OrderFilled(
            order: OrderID(17),
            report: 99,
            execution: Execution(
                id: VenueID(1 << 64 | 5),
                price: price(text),
                quantity: quantity(size),
                fee: money("-0.25"),
                feeAsset: AssetID(1),
                liquidity: .maker
            )
        )
    }

    static func intent(quantity size: String) -> OrderIntended {
        OrderIntended(
            deal: DealID(40),
            role: .stop,
            terms: OrderTerms(
                instrument: InstrumentID(3),
                side: .sell,
                type: .stopMarket,
                timeInForce: .goodTillCancelled,
                isReduceOnly: true,
                quantity: quantity(size),
                price: .zero,
                trigger: price("95000.5")
            )
        )
    }

    static func example(_ kind: EventKind) -> Event {
        let refusal = VenueRefusal(order: OrderID(17), report: 98, reason: .wouldTrigger)
        return switch kind {
        case .orderRejected: .orderRejected(OrderRejected(refusal: refusal))
        case .cancelRejected: .cancelRejected(CancelRejected(refusal: refusal))
        case .amendRejected: .amendRejected(AmendRejected(refusal: refusal))
        case .orderExpired: .orderExpired(OrderExpired(refusal: refusal))
        case .orderIntended: .orderIntended(intent(quantity: "0.25"))
        case .orderFilled: .orderFilled(fill(price: "100000.1", quantity: "0.125"))
        case .instrumentListed:
            .instrumentListed(listing(tick: "0.1", step: "0.001", leverage: "10"))
        case .orderRefused, .orderAccepted, .cancelIntended, .orderCancelled, .amendIntended,
            .orderAmended, .orderTriggered, .outcomeUnknown, .outcomeResolved, .reportSetAside:
            order(kind)
        case .dealOpened, .dealMoved, .peakMoved, .dealClosed: deal(kind)
        case .riskParametersChanged, .balanceAdjusted, .signalReceived, .fundingSettled,
            .positionLiquidated:
            account(kind)
        case .commitsTimed, .checkpointSigned, .segmentsRemoved, .journalRestored,
            .scanCheckpointed, .correctionMade, .accountSetting, .riskBlocked, .blockEnded,
            .accountEntryBooked, .comparisonCompleted:
            JournalEventExamples.example(kind)
        default: session(kind)
        }
    }

    private static func order(_ kind: EventKind) -> Event {
        let id = OrderID(17)
        return switch kind {
        case .orderRefused:
            .orderRefused(
                OrderRefused(
                    role: .entry,
                    terms: intent(quantity: "0.25").terms,
                    refusal: .exposureTooLarge,
                    limit: number("1000"),
                    actual: number("1000.01")
                )
            )
        case .orderAccepted:
            .orderAccepted(OrderAccepted(order: id, report: 97, venueOrder: VenueID(123_456)))
        case .cancelIntended: .cancelIntended(CancelIntended(order: id))
        case .orderCancelled: .orderCancelled(OrderCancelled(order: id, report: 97))
        case .amendIntended:
            .amendIntended(
                AmendIntended(
                    order: id,
                    quantity: quantity("0.5"),
                    price: .zero,
                    trigger: price("96000")
                )
            )
        case .orderAmended:
            .orderAmended(
                OrderAmended(
                    order: id,
                    report: 97,
                    quantity: quantity("0.5"),
                    price: .zero,
                    trigger: price("96000")
                )
            )
        case .orderTriggered: .orderTriggered(OrderTriggered(order: id, report: 97))
        case .outcomeUnknown:
            .outcomeUnknown(OutcomeUnknown(order: id, request: .cancel, why: "timed out"))
        case .outcomeResolved:
            .outcomeResolved(OutcomeResolved(order: id, evidence: "open orders"))
        default: .reportSetAside(ReportSetAside(order: id, report: 97, why: "not known"))
        }
    }

    private static func deal(_ kind: EventKind) -> Event {
        let id = DealID(40)
        return switch kind {
        case .dealOpened:
            .dealOpened(
                DealOpened(
                    instrument: InstrumentID(3),
                    side: .buy,
                    evidence: Evidence(
                        strategy: 1,
                        score: number("0.75"),
                        bid: price("99999.9"),
                        ask: price("100000.1")
                    )
                )
            )
        case .dealMoved:
            .dealMoved(DealMoved(deal: id, status: .closing, reason: .trailingStop))
        case .peakMoved: .peakMoved(PeakMoved(deal: id, peak: price("101000")))
        default:
            .dealClosed(
                DealClosed(
                    deal: id,
                    reason: .stopLoss,
                    profit: money("-12.5"),
                    dust: quantity("0.0005")
                )
            )
        }
    }

    private static func account(_ kind: EventKind) -> Event {
        switch kind {
        case .riskParametersChanged:
            .riskParametersChanged(RiskParametersChanged(parameters: CoreFixture.wideLimits))
        case .balanceAdjusted:
            .balanceAdjusted(
                BalanceAdjusted(asset: "USDT", amount: money("10000"), reason: "paper")
            )
        case .signalReceived:
            .signalReceived(
                SignalReceived(
                    id: "s1",
                    symbol: "BTCUSDT",
                    side: .sell,
                    score: number("70"),
                    time: moment(60),
                    verdict: .accepted,
                    note: "breakout"
                )
            )
        case .fundingSettled:
            .fundingSettled(
                FundingSettled(
                    instrument: InstrumentID(3),
                    amount: money("-1.5"),
                    rate: number("0.0001"),
                    report: 96,
                    evidence: VenueID(1 << 64 | 6)
                )
            )
        default:
            .positionLiquidated(
                PositionLiquidated(
                    instrument: InstrumentID(3),
                    side: .sell,
                    execution: fill(price: "90000", quantity: "0.25").execution,
                    report: 95,
                    by: .deleveraging
                )
            )
        }
    }

    private static func session(_ kind: EventKind) -> Event {
        switch kind {
        case .journalBegan: .journalBegan(JournalBegan(tag: "abcd", mode: .paper))
        case .epochBegan:
            .epochBegan(
                EpochBegan(
                    epoch: Epoch(2),
                    draw: "wxyz",
                    previousStop: .unclean,
                    program: "0.1.0",
                    process: 4242
                )
            )
        case .epochEnded: .epochEnded(EpochEnded(reason: .signalled))
        case .recoveryStepped: .recoveryStepped(RecoveryStepped(step: 6, detail: "2 unknown"))
        case .sourceAttached:
            .sourceAttached(
                SourceAttached(
                    source: SourceID(0),
                    sourceKind: .tape,
                    name: "a.gz",
                    contentHash: "00ff",
                    firstTime: moment(0)
                )
            )
        case .inputsMarked:
            .inputsMarked(
                InputsMarked(source: SourceID(0), line: 1000, time: moment(1), inputs: 1001)
            )
        case .stateHashed:
            .stateHashed(StateHashed(hash: StateHash(words: (1, 2, 3, .max)), isSnapshot: true))
        case .botStatusChanged:
            .botStatusChanged(BotStatusChanged(status: .paused, reason: "kill switch"))
        case .errorRecorded: .errorRecorded(ErrorRecorded(severity: .alarm, text: "µ"))
        case .marketFaulted:
            .marketFaulted(
                MarketFaulted(
                    instrument: InstrumentID(3),
                    source: SourceID(0),
                    line: 12,
                    text: "gap"
                )
            )
        default: .configurationApplied(ConfigurationApplied(hash: "00ff", text: "{}"))
        }
    }
}
