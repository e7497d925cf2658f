import TestSupport
import Trading

/// A life in which every kind of event happens once at least, in an order that can be folded.
enum GoldenLife {
    /// What begins a journal: its first batch.
    static let genesis: [Event] = [
        .journalBegan(JournalBegan(tag: "gold", mode: .paper)), epoch(1, "aaaa", .none),
    ]

    /// The instruments are 0, spot, and 1, perpetual; the assets 0 BTC and 1 USDT.
    static let beginning: [Event] = [
        .recoveryStepped(RecoveryStepped(step: 3, detail: "a new journal")),
        .configurationApplied(
            ConfigurationApplied(hash: String(repeating: "0f", count: 32), text: "{\"é\": \"µ\"}")
        ), source(0, .tape, "market.tape"), source(1, .signals, "signals.jsonl"),
        .instrumentListed(CoreFixture.listing(.spot)),
        .instrumentListed(CoreFixture.listing(.perpetual, id: 1, leverage: "5")),
        .riskParametersChanged(RiskParametersChanged(parameters: CoreFixture.wideLimits)),
        .balanceAdjusted(
            BalanceAdjusted(asset: "USDT", amount: money("10000.000000000000000001"), reason: "in")
        ), .botStatusChanged(BotStatusChanged(status: .running, reason: "")),
        .inputsMarked(InputsMarked(source: SourceID(0), line: 7, time: moment(1), inputs: 9)),
        .signalReceived(
            SignalReceived(
                id: "s-1",
                symbol: "BTCUSDT",
                side: .buy,
                score: number("87.5"),
                time: moment(1),
                verdict: .accepted,
                note: "first"
            )
        ),
    ]

    /// A long deal on the spot market: events 14 to 36.
    static let spot: [Event] = [
        .dealOpened(opened(0, .buy, strategy: 2)), intend(14, .entry, 0, .buy, "0.5", at: "100"),
        accepted(15, 1, VenueID(123_456)), filled(15, 2, "0.2", at: "100", fee: "0.0002", in: 0),
        .dealMoved(DealMoved(deal: DealID(14), status: .open, reason: .entryFilled)),
        intend(14, .stop, 0, .sell, "0.199", trigger: "95"),
        accepted(19, 3, VenueID(1 << 100 | 77)),
        filled(15, 4, "0.3", at: "99.9", fee: "-0.003", in: 1),
        .amendIntended(amend(19, "0.499", "95.5")),
        .orderAmended(
            OrderAmended(
                order: OrderID(19),
                report: 5,
                quantity: quantity("0.499"),
                price: .zero,
                trigger: price("95.5")
            )
        ), .amendIntended(amend(19, "0.499", "200")),
        .amendRejected(AmendRejected(refusal: no(19, 6, .wouldTrigger))),
        .peakMoved(PeakMoved(deal: DealID(14), peak: price("101.5"))),
        .cancelIntended(CancelIntended(order: OrderID(19))),
        .cancelRejected(CancelRejected(refusal: no(19, 7, .unknownOrder))),
        .cancelIntended(CancelIntended(order: OrderID(19))),
        .outcomeUnknown(OutcomeUnknown(order: OrderID(19), request: .cancel, why: "timed out")),
        .outcomeResolved(OutcomeResolved(order: OrderID(19), evidence: "it is not open")),
        .orderCancelled(OrderCancelled(order: OrderID(19), report: 8)),
        intend(14, .exit, 0, .sell, "0.499"), filled(33, 9, "0.499", at: "101", fee: "0.05", in: 1),
        .dealMoved(DealMoved(deal: DealID(14), status: .closing, reason: .signal)),
        .dealClosed(
            DealClosed(
                deal: DealID(14),
                reason: .signal,
                profit: money("0.42"),
                dust: quantity("0.0008")
            )
        ),
    ]

    /// A short deal on the perpetual market that the venue ends: events 38 to 51.
    static let perpetual: [Event] = [
        .orderRefused(
            OrderRefused(
                role: .entry,
                terms: terms(1, .sell, .market, "2", "0", "0"),
                refusal: .exposureTooLarge,
                limit: number("1000"),
                actual: number("1000.000000000000000001")
            )
        ), .dealOpened(opened(1, .sell, strategy: 1)), intend(39, .entry, 1, .sell, "1"),
        .orderRejected(OrderRejected(refusal: no(40, 10, .insufficientBalance))),
        intend(39, .entry, 1, .sell, "0.5"), filled(42, 11, "0.4", at: "100", fee: "0.02", in: 1),
        .orderExpired(OrderExpired(refusal: no(42, 12, .noLiquidity))),
        intend(39, .stop, 1, .buy, "0.4", trigger: "120"),
        .orderTriggered(OrderTriggered(order: OrderID(45), report: 13)),
        .fundingSettled(
            FundingSettled(
                instrument: InstrumentID(1),
                amount: money("-0.004"),
                rate: number("-0.0001"),
                report: 14,
                evidence: VenueID(15)
            )
        ),
        .positionLiquidated(
            PositionLiquidated(
                instrument: InstrumentID(1),
                side: .buy,
                execution: execution("0.4", "121", "0.3", 1, .taker, VenueID(99)),
                report: 15
            )
        ), .reportSetAside(ReportSetAside(order: OrderID(5), report: 16, why: "not known")),
        .dealMoved(DealMoved(deal: DealID(39), status: .closing, reason: .liquidation)),
        .dealClosed(
            DealClosed(
                deal: DealID(39),
                reason: .liquidation,
                profit: money("-8.724"),
                dust: .zero
            )
        ),
    ]

    /// What happens to the journal itself, and by an operator's hand; without what is signed.
    static let journal: [Event] = [
        .errorRecorded(ErrorRecorded(severity: .alarm, text: "look \"here\"\n\u{1F6DF}")),
        .marketFaulted(
            MarketFaulted(
                instrument: InstrumentID(1),
                source: SourceID(0),
                line: 8,
                text: "a gap"
            )
        ),
        .commitsTimed(CommitsTimed(times: times)),
        .segmentsRemoved(
            SegmentsRemoved(
                first: SequenceNumber(1),
                last: SequenceNumber(2),
                chainHash: Hash256(words: (1, 2, 3, 4)),
                archive: "00000000000000000001.batches.zst",
                archiveHash: Hash256(words: (5, 6, 7, .max))
            )
        ), correction(.balance(asset: "EUR", before: .zero, after: money("12.5"))),
        correction(
            .position(
                InstrumentID(0),
                deal: .none,
                before: .init(quantity: quantity("0.0008"), cost: money("0.08"), held: .zero),
                after: .init(quantity: .zero, cost: .zero, held: .zero)
            )
        ),
        correction(
            .order(
                OrderID(33),
                before: .init(
                    status: .filled,
                    request: .none,
                    isUnknown: false,
                    filled: quantity("0.499"),
                    cost: money("50.399")
                ),
                after: .init(
                    status: .filled,
                    request: .none,
                    isUnknown: false,
                    filled: quantity("0.498"),
                    cost: money("50.298")
                )
            ),
            undoes: 56
        ),
    ]

    /// A second epoch, after a restore, that corrects a deal and stops in order.
    static let secondEpoch: [Event] = [
        .journalRestored(
            JournalRestored(
                by: "operator",
                reason: "the disk failed",
                source: "/backup",
                lostUpTo: SequenceNumber(70),
                lostChainHash: Hash256(words: (9, 9, 9, 9)),
                lostEpoch: Epoch(2)
            )
        ), epoch(3, "cccc", .unclean), .dealOpened(opened(0, .buy, strategy: 9)),
        correction(
            .deal(
                DealID(63),
                before: .init(
                    held: .zero,
                    entryQuantity: .zero,
                    entryCost: .zero,
                    profit: .zero
                ),
                after: .init(
                    held: quantity("0.1"),
                    entryQuantity: quantity("0.1"),
                    entryCost: money("10"),
                    profit: money("-0.01")
                )
            )
        ), .inputsMarked(InputsMarked(source: SourceID(1), line: 1, time: moment(2), inputs: 10)),
        scan(.none, .running, "", 0), scan(ScanID(66), .running, "USDT BTCUSDT", 1),
        scan(ScanID(66), .completed, "USDT ETHUSDT", 2), setting(.intended, "it is cross"),
        setting(.done, ""), block("P1", .instrument, "BTCUSDT", "0, ours is 0.1"),
        block("V1", .market, "perpetual", "no answer"),
        block("B1", .asset, "USDT", "9, ours is 10"),
        .blockEnded(BlockEnded(block: SequenceNumber(72), end: .notFound)),
        .blockEnded(
            BlockEnded(block: SequenceNumber(71), end: .released, by: "ops", reason: "by hand")
        ), entry, compared,
        .epochEnded(EpochEnded(reason: .signalled)),
    ]

    private static func setting(_ phase: AccountSettingPhase, _ detail: String) -> Event {
        .accountSetting(
            AccountSetting(
                market: "bybit-linear",
                symbol: "BTCUSDT",
                setting: .marginMode,
                value: "isolated",
                phase: phase,
                detail: detail
            )
        )
    }

    private static func scan(
        _ scan: ScanID,
        _ status: ScanStatus,
        _ cursor: String,
        _ processed: UInt64
    ) -> Event {
        let pair = ScannedPair(
            symbol: "PAIR\(processed)",
            quote: "USDT",
            turnover: money("1000.5"),
            value: processed == 1 ? money("1000.5") : nil,
            bid: price("99"),
            ask: price("100"),
            depth: processed == 1 ? MarketDepth(bids: money("5"), asks: money("7")) : nil
        )
        return .scanCheckpointed(
            ScanCheckpointed(
                scan: scan,
                subject: "binance-spot (live) in USDT",
                status: status,
                cursor: cursor,
                processed: processed,
                total: 2,
                found: processed == 0 ? [] : [pair]
            )
        )
    }
}

extension GoldenLife {
    private static var times: DurationHistogram {
        var times = DurationHistogram()
        for nanoseconds in [0, 15, 16, 31, 32, 1500, 1_234_567, 1_234_567, 1_000_000_001] {
            times.add(TimeSpan(nanoseconds: Int64(nanoseconds)))
        }
        return times
    }

    private static func epoch(_ number: UInt32, _ draw: String, _ stop: PreviousStop) -> Event {
        .epochBegan(
            EpochBegan(
                epoch: Epoch(number),
                draw: draw,
                previousStop: stop,
                program: "golden",
                process: 4242
            )
        )
    }

    private static func source(_ number: UInt16, _ kind: SourceKind, _ name: String) -> Event {
        .sourceAttached(
            SourceAttached(
                source: SourceID(number),
                sourceKind: kind,
                name: name,
                contentHash: String(repeating: "\(number)", count: 64),
                firstTime: moment(0)
            )
        )
    }

    private static func opened(_ place: UInt16, _ side: Side, strategy: UInt8) -> DealOpened {
        let evidence = Evidence(
            strategy: strategy,
            score: number("0.75"),
            bid: price("99.9"),
            ask: price("100.1")
        )
        return DealOpened(instrument: InstrumentID(place), side: side, evidence: evidence)
    }

    private static func terms(
        _ place: UInt16,
        _ side: Side,
        _ type: OrderType,
        _ size: String,
        _ limit: String,
        _ trigger: String
    ) -> OrderTerms {
        OrderTerms(
            instrument: InstrumentID(place),
            side: side,
            type: type,
            timeInForce: type == .market ? .immediateOrCancel : .goodTillCancelled,
            isReduceOnly: type == .stopMarket,
            quantity: quantity(size),
            price: price(limit),
            trigger: price(trigger)
        )
    }

    private static func intend(
        _ deal: UInt64,
        _ role: OrderRole,
        _ place: UInt16,
        _ side: Side,
        _ size: String,
        at limit: String = "0",
        trigger: String = "0"
    ) -> Event {
        let type: OrderType =
            trigger != "0" ? .stopMarket : limit != "0" ? .limit : .market
        let terms = terms(place, side, type, size, limit, trigger)
        return .orderIntended(OrderIntended(deal: DealID(deal), role: role, terms: terms))
    }

    private static func accepted(_ order: UInt64, _ report: UInt64, _ name: VenueID) -> Event {
        .orderAccepted(OrderAccepted(order: OrderID(order), report: report, venueOrder: name))
    }

    private static func execution(
        _ size: String,
        _ level: String,
        _ fee: String,
        _ asset: UInt16,
        _ liquidity: Liquidity,
        _ id: VenueID
    ) -> Execution {
        Execution(
            id: id,
            price: price(level),
            quantity: quantity(size),
            fee: money(fee),
            feeAsset: AssetID(asset),
            liquidity: liquidity
        )
    }

    private static func filled(
        _ order: UInt64,
        _ report: UInt64,
        _ size: String,
        at level: String,
        fee: String,
        in asset: UInt16
    ) -> Event {
        let fill = execution(size, level, fee, asset, .maker, VenueID(UInt128(report) << 64))
        return .orderFilled(OrderFilled(order: OrderID(order), report: report, execution: fill))
    }

    private static func amend(_ order: UInt64, _ size: String, _ trigger: String) -> AmendIntended {
        AmendIntended(
            order: OrderID(order),
            quantity: quantity(size),
            price: .zero,
            trigger: price(trigger)
        )
    }

    private static func no(
        _ order: UInt64,
        _ report: UInt64,
        _ reason: RejectionReason
    ) -> VenueRefusal {
        VenueRefusal(order: OrderID(order), report: report, reason: reason)
    }

    private static func correction(_ correction: Correction, undoes: UInt64 = 0) -> Event {
        .correctionMade(
            CorrectionMade(
                by: "operator",
                reason: "the venue says so",
                undoes: SequenceNumber(undoes),
                correction: correction
            )
        )
    }
}
