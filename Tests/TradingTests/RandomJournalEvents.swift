import TestSupport
import Trading

extension RandomEvents {
    private mutating func hash() -> Hash256 { Hash256(words: (bits(), bits(), bits(), bits())) }

    private mutating func span() -> TimeSpan { TimeSpan(nanoseconds: Int64(bitPattern: bits())) }

    mutating func journal(_ kind: EventKind) -> Event {
        switch kind {
        case .commitsTimed: .commitsTimed(CommitsTimed(times: times()))
        case .checkpointSigned: .checkpointSigned(signedCheckpoint())
        case .segmentsRemoved: .segmentsRemoved(removedSegments())
        case .journalRestored: .journalRestored(restoration())
        case .scanCheckpointed: .scanCheckpointed(scan())
        case .accountSetting: .accountSetting(setting())
        case .riskBlocked: .riskBlocked(block())
        case .accountEntryBooked: .accountEntryBooked(entry())
        case .comparisonCompleted:
            .comparisonCompleted(
                ComparisonCompleted(until: Timestamp(nanoseconds: Int64(bitPattern: bits())))
            )
        case .blockEnded:
            .blockEnded(
                BlockEnded(
                    block: SequenceNumber(bits()),
                    end: pick(.notFound, .released),
                    by: text(),
                    reason: text()
                )
            )
        default:
            .correctionMade(
                CorrectionMade(
                    by: text(),
                    reason: text(),
                    undoes: SequenceNumber(bits()),
                    correction: correction()
                )
            )
        }
    }

    private mutating func entry() -> AccountEntryBooked {
        AccountEntryBooked(
            evidence: VenueID(UInt128(bits()) << 64 | UInt128(bits())),
            entry: pick(.transfer, .interest, .other),
            word: text(),
            asset: text(),
            whole: Money(decimal()),
            amount: Money(decimal())
        )
    }

    private mutating func block() -> RiskBlocked {
        RiskBlocked(
            caseID: text(),
            scope: BlockScope(pick(.instrument, .asset, .market), text()),
            subject: text(),
            seen: text()
        )
    }

    private mutating func times() -> DurationHistogram {
        var times = DurationHistogram()
        for _ in 0...random.int(0...20) { times.add(span()) }
        return times
    }

    private mutating func signedCheckpoint() -> CheckpointSigned {
        CheckpointSigned(
            sequence: SequenceNumber(bits()),
            chainHash: hash(),
            every: span(),
            key: hash(),
            signature: (hash(), hash())
        )
    }

    private mutating func removedSegments() -> SegmentsRemoved {
        let last = bits()
        return SegmentsRemoved(
            first: SequenceNumber(last / 2),
            last: SequenceNumber(last),
            chainHash: hash(),
            archive: text(),
            archiveHash: hash()
        )
    }

    private mutating func restoration() -> JournalRestored {
        JournalRestored(
            by: text(),
            reason: text(),
            source: text(),
            lostUpTo: SequenceNumber(bits()),
            lostChainHash: hash(),
            lostEpoch: Epoch(UInt32(truncatingIfNeeded: bits()))
        )
    }

    private mutating func scan() -> ScanCheckpointed {
        let processed = bits() / 2
        return ScanCheckpointed(
            scan: ScanID(bits()),
            subject: text(),
            status: pick(.running, .completed, .failed),
            cursor: text(),
            processed: processed,
            total: processed + bits() / 2,
            message: text(),
            found: (0..<random.int(0...ScanCheckpointed.mostPairs)).map { _ in scanned() }
        )
    }

    private mutating func setting() -> AccountSetting {
        AccountSetting(
            market: text(),
            symbol: text(),
            setting: pick(.positionMode, .marginMode, .leverage),
            value: text(),
            phase: pick(.intended, .done, .refused, .unknown),
            detail: text()
        )
    }

    private mutating func scanned() -> ScannedPair {
        ScannedPair(
            symbol: text(),
            quote: text(),
            turnover: bounded(),
            value: pick(true, false) ? bounded() : nil,
            bid: bounded(),
            ask: bounded(),
            depth: pick(true, false) ? MarketDepth(bids: bounded(), asks: bounded()) : nil
        )
    }

    private mutating func bounded<Value: Amount>() -> Value {
        Value(pick(.zero, .bound, Decimal(units: Int128(bits()))))
    }

    private mutating func correction() -> Correction {
        switch random.int(0...4) {
        case 0: .balance(asset: text(), before: amount(), after: amount())
        case 1:
            .position(
                InstrumentID(short()),
                deal: DealID(bits()),
                before: position(),
                after: position()
            )
        case 2: .order(OrderID(bits()), before: orderFigures(), after: orderFigures())
        case 3: .deal(DealID(bits()), before: dealFigures(), after: dealFigures())
        default: .skip(SequenceNumber(bits()), hash: hash())
        }
    }

    private mutating func position() -> Correction.PositionFigures {
        Correction.PositionFigures(quantity: amount(), cost: amount(), held: amount())
    }

    private mutating func orderFigures() -> Correction.OrderFigures {
        Correction.OrderFigures(
            status: pick(.pending, .cancelled, .expired),
            request: pick(.none, .place, .cancel),
            isUnknown: random.chance(50),
            filled: amount(),
            cost: amount()
        )
    }

    private mutating func dealFigures() -> Correction.DealFigures {
        Correction.DealFigures(
            held: amount(),
            entryQuantity: amount(),
            entryCost: amount(),
            profit: amount()
        )
    }
}
