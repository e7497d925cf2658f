import TestSupport
import Trading

/// Makes payloads of every kind by chance, with the extremes of each field.
struct RandomEvents {
    var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func event(_ kind: EventKind) -> Event {
        switch kind {
        case .journalBegan, .epochBegan, .epochEnded, .recoveryStepped, .sourceAttached,
            .inputsMarked, .stateHashed, .botStatusChanged, .errorRecorded, .marketFaulted,
            .configurationApplied:
            session(kind)
        case .instrumentListed, .riskParametersChanged, .balanceAdjusted, .signalReceived,
            .fundingSettled, .positionLiquidated:
            account(kind)
        case .dealOpened, .dealMoved, .peakMoved, .dealClosed:
            deal(kind)
        case .commitsTimed, .checkpointSigned, .segmentsRemoved, .journalRestored,
            .scanCheckpointed, .correctionMade, .accountSetting, .riskBlocked, .blockEnded,
            .accountEntryBooked, .comparisonCompleted:
            journal(kind)
        default:
            order(kind)
        }
    }

    private mutating func session(_ kind: EventKind) -> Event {
        switch kind {
        case .journalBegan: .journalBegan(JournalBegan(tag: word(4), mode: pick(.tape, .live)))
        case .epochBegan:
            .epochBegan(
                EpochBegan(
                    epoch: Epoch(UInt32(truncatingIfNeeded: bits())),
                    draw: word(4),
                    previousStop: pick(.none, .unclean),
                    program: text(),
                    process: UInt32(truncatingIfNeeded: bits())
                )
            )
        case .epochEnded: .epochEnded(EpochEnded(reason: pick(.tapeEnded, .signalled, .failed)))
        case .recoveryStepped:
            .recoveryStepped(RecoveryStepped(step: UInt8(random.int(0...255)), detail: text()))
        case .sourceAttached:
            .sourceAttached(
                SourceAttached(
                    source: SourceID(short()),
                    sourceKind: pick(.tape, .signals),
                    name: text(),
                    contentHash: text(),
                    firstTime: time()
                )
            )
        case .inputsMarked:
            .inputsMarked(
                InputsMarked(source: SourceID(short()), line: bits(), time: time(), inputs: bits())
            )
        case .stateHashed:
            .stateHashed(
                StateHashed(
                    hash: StateHash(words: (bits(), bits(), bits(), bits())),
                    isSnapshot: random.chance(50)
                )
            )
        case .botStatusChanged:
            .botStatusChanged(
                BotStatusChanged(status: pick(.running, .paused, .shutdown, .error), reason: text())
            )
        case .errorRecorded:
            .errorRecorded(
                ErrorRecorded(severity: pick(.warning, .error, .alarm), text: text())
            )
        case .marketFaulted:
            .marketFaulted(
                MarketFaulted(
                    instrument: InstrumentID(short()),
                    source: SourceID(short()),
                    line: bits(),
                    text: text()
                )
            )
        default: .configurationApplied(ConfigurationApplied(hash: text(), text: text()))
        }
    }

    private mutating func account(_ kind: EventKind) -> Event {
        switch kind {
        case .instrumentListed: .instrumentListed(listing())
        case .riskParametersChanged:
            .riskParametersChanged(RiskParametersChanged(parameters: limits()))
        case .balanceAdjusted:
            .balanceAdjusted(BalanceAdjusted(asset: text(), amount: amount(), reason: text()))
        case .signalReceived:
            .signalReceived(
                SignalReceived(
                    id: text(),
                    symbol: text(),
                    side: pick(.buy, .sell),
                    score: decimal(),
                    time: time(),
                    verdict: pick(.accepted, .duplicate, .notActionable, .sameMoment, .stale),
                    note: text()
                )
            )
        case .fundingSettled:
            .fundingSettled(
                FundingSettled(
                    instrument: InstrumentID(short()),
                    amount: amount(),
                    rate: decimal(),
                    report: bits(),
                    evidence: VenueID(UInt128(bits()))
                )
            )
        default:
            .positionLiquidated(
                PositionLiquidated(
                    instrument: InstrumentID(short()),
                    side: pick(.buy, .sell),
                    execution: execution(),
                    report: bits(),
                    by: pick(.margin, .deleveraging, .others)
                )
            )
        }
    }

    private mutating func deal(_ kind: EventKind) -> Event {
        let id = DealID(bits())
        switch kind {
        case .dealOpened:
            return .dealOpened(
                DealOpened(
                    instrument: InstrumentID(short()),
                    side: pick(.buy, .sell),
                    evidence: Evidence(
                        strategy: UInt8(random.int(0...255)),
                        score: decimal(),
                        bid: amount(),
                        ask: amount()
                    )
                )
            )
        case .dealMoved:
            return .dealMoved(
                DealMoved(
                    deal: id,
                    status: pick(.opening, .open, .closing, .closed),
                    reason: pick(.none, .stopLoss, .operatorDecision)
                )
            )
        case .peakMoved: return .peakMoved(PeakMoved(deal: id, peak: amount()))
        default:
            return .dealClosed(
                DealClosed(
                    deal: id,
                    reason: pick(.none, .takeProfit, .operatorDecision),
                    profit: amount(),
                    dust: amount()
                )
            )
        }
    }

    private mutating func order(_ kind: EventKind) -> Event {
        let id = OrderID(bits())
        let report = bits()
        switch kind {
        case .orderIntended:
            return .orderIntended(
                OrderIntended(deal: DealID(bits()), role: role(), terms: terms())
            )
        case .orderRefused:
            return .orderRefused(
                OrderRefused(
                    role: role(),
                    terms: terms(),
                    refusal: pick(.notRunning, .diskSpace),
                    limit: decimal(),
                    actual: decimal()
                )
            )
        case .orderAccepted:
            return .orderAccepted(
                OrderAccepted(order: id, report: report, venueOrder: venueID())
            )
        case .orderFilled:
            return .orderFilled(OrderFilled(order: id, report: report, execution: execution()))
        case .cancelIntended: return .cancelIntended(CancelIntended(order: id))
        case .orderCancelled: return .orderCancelled(OrderCancelled(order: id, report: report))
        case .amendIntended:
            return .amendIntended(
                AmendIntended(order: id, quantity: amount(), price: amount(), trigger: amount())
            )
        case .orderAmended:
            return .orderAmended(
                OrderAmended(
                    order: id,
                    report: report,
                    quantity: amount(),
                    price: amount(),
                    trigger: amount()
                )
            )
        case .orderTriggered: return .orderTriggered(OrderTriggered(order: id, report: report))
        case .outcomeUnknown:
            return .outcomeUnknown(
                OutcomeUnknown(order: id, request: pick(.none, .place, .amend), why: text())
            )
        case .outcomeResolved:
            return .outcomeResolved(OutcomeResolved(order: id, evidence: text()))
        case .reportSetAside:
            return .reportSetAside(ReportSetAside(order: id, report: report, why: text()))
        default: return refused(kind, id, report)
        }
    }

    private mutating func refused(_ kind: EventKind, _ id: OrderID, _ report: UInt64) -> Event {
        let reason = pick(RejectionReason.insufficientBalance, .aboveMaximum, .other)
        let refusal = VenueRefusal(order: id, report: report, reason: reason)
        return switch kind {
        case .orderRejected: .orderRejected(OrderRejected(refusal: refusal))
        case .cancelRejected: .cancelRejected(CancelRejected(refusal: refusal))
        case .amendRejected: .amendRejected(AmendRejected(refusal: refusal))
        default: .orderExpired(OrderExpired(refusal: refusal))
        }
    }
}

extension RandomEvents {
    mutating func bits() -> UInt64 {
        switch random.int(0...9) {
        case 0: 0
        case 1: .max
        default: random.next()
        }
    }

    mutating func short() -> UInt16 { UInt16(truncatingIfNeeded: bits()) }

    mutating func time() -> Timestamp {
        Timestamp(nanoseconds: Int64(bitPattern: bits()))
    }

    mutating func wide() -> UInt128 { UInt128(bits()) << 64 | UInt128(bits()) }

    mutating func venueID() -> VenueID { VenueID(wide()) }

    mutating func decimal() -> Decimal { Decimal(units: Int128(bitPattern: wide())) }

    mutating func amount<Value: Amount>() -> Value { Value(decimal()) }

    mutating func positive<Value: Amount>() -> Value {
        Value(Decimal(units: max(1, Int128(wide() >> 1))))
    }

    mutating func pick<Value>(_ values: Value...) -> Value {
        values[random.int(0...values.count - 1)]
    }

    mutating func role() -> OrderRole { pick(.entry, .stop, .takeProfit, .exit) }

    mutating func word(_ count: Int) -> String {
        String((0..<count).map { _ in pick("a", "z", "0", "Q", "-", "_") as Character })
    }

    mutating func text() -> String {
        let parts = ["", "stop", "ß", "漢字", "\u{0}", "🜚", "e\u{301}", "\"\n"]
        return (0..<random.int(0...6)).map { _ in parts[random.int(0...parts.count - 1)] }
            .joined()
    }

    mutating func terms() -> OrderTerms {
        OrderTerms(
            instrument: InstrumentID(short()),
            side: pick(.buy, .sell),
            type: pick(.market, .limit, .stopMarket),
            timeInForce: pick(.goodTillCancelled, .immediateOrCancel, .fillOrKill, .postOnly),
            isReduceOnly: random.chance(50),
            quantity: positive(),
            price: amount(),
            trigger: amount()
        )
    }

    mutating func execution() -> Execution {
        Execution(
            id: venueID(),
            price: positive(),
            quantity: positive(),
            fee: amount(),
            feeAsset: AssetID(short()),
            liquidity: pick(.maker, .taker)
        )
    }

    mutating func listing() -> InstrumentListed {
        InstrumentListed(
            id: InstrumentID(short()),
            symbol: text(),
            market: pick(.spot, .perpetual),
            base: text(),
            quote: text(),
            filters: InstrumentFilters(
                priceTick: positive(),
                quantityStep: positive(),
                minimumQuantity: amount(),
                maximumQuantity: amount(),
                minimumNotional: amount()
            ),
            fees: FeeSchedule(maker: decimal(), taker: decimal()),
            margin: MarginTerms(leverage: Decimal(random.int(1...125)), maintenanceRate: decimal())
        )
    }

    mutating func limits() -> RiskParameters {
        RiskParameters(
            maximumOpenDeals: random.int(0...Int(UInt32.max)),
            maximumPositionSize: amount(),
            maximumExposure: amount(),
            minimumOrderSize: amount(),
            maximumDailyLoss: amount(),
            maximumDrawdown: amount(),
            stopLossFraction: decimal(),
            maximumOrderRate: random.int(0...Int(UInt32.max)),
            orderRateWindow: TimeSpan(nanoseconds: Int64(bitPattern: bits()))
        )
    }
}
