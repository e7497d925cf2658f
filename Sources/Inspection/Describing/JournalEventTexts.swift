internal import Projections
internal import Trading

/// What happened to the journal itself, or to the state by an operator's hand: in words and field
/// by field.
struct JournalEventTexts {
    /// The state before the event.
    let state: TradingState

    /// The event's payload in words.
    func words(_ event: Event) -> String {
        switch event {
        case .commitsTimed(let it): it.times.words
        case .checkpointSigned(let it):
            "events to \(it.sequence) signed with key \(it.key.short): chain "
                + "\(it.chainHash.short), the next within \(it.every.words)"
        case .segmentsRemoved(let it):
            "events \(it.first) to \(it.last) were taken out, "
                + (it.archive.isEmpty ? "no copy was kept" : "archived in \(it.archive)")
        case .journalRestored(let it):
            "restored from \(it.source) by \(it.by): \(it.reason)"
                + (it.lostUpTo.rawValue == 0 ? "" : "; lost: what came up to \(it.lostUpTo)")
        case .scanCheckpointed(let it): it.words
        case .accountSetting(let it): it.words
        case .riskBlocked(let it): it.words
        case .blockEnded(let it): it.words(state)
        case .accountEntryBooked(let it): it.words
        case .comparisonCompleted(let it):
            "all that the venue recorded until \(it.until) is compared"
        case .correctionMade(let it):
            "\(it.by) corrected \(text(it.correction)): \(it.reason)"
                + (it.undoes.rawValue == 0 ? "" : " (takes back \(it.undoes))")
        default: ""
        }
    }

    /// The event's payload as an object.
    func document(_ event: Event) -> Document {
        switch event {
        case .commitsTimed(let it): it.times.document.adding(it.times.bucketDocument)
        case .checkpointSigned(let it):
            [
                "sequence": .count(it.sequence.rawValue), "chainHash": .text(it.chainHash),
                "every": .text(it.every.words), "key": .text(it.key),
                "signature": .text("\(it.signature.first)\(it.signature.second)"),
            ]
        case .segmentsRemoved(let it):
            [
                "first": .count(it.first.rawValue), "last": .count(it.last.rawValue),
                "chainHash": .text(it.chainHash), "archive": .text(it.archive),
                "archiveHash": .text(it.archiveHash),
            ]
        case .journalRestored(let it):
            [
                "by": .text(it.by), "reason": .text(it.reason), "source": .text(it.source),
                "lostUpTo": .count(it.lostUpTo.rawValue),
                "lostChainHash": .text(it.lostChainHash),
                "lostEpoch": .count(it.lostEpoch.rawValue),
            ]
        case .scanCheckpointed(let it): it.document
        case .accountSetting(let it): it.document
        case .riskBlocked(let it): it.document
        case .blockEnded(let it): it.document
        case .accountEntryBooked(let it): it.document
        case .comparisonCompleted(let it): ["until": .text(it.until)]
        case .correctionMade(let it):
            [
                "by": .text(it.by), "reason": .text(it.reason),
                "undoes": .number(it.undoes.rawValue),
                "correction": document(it.correction),
            ]
        default: [:]
        }
    }

    /// What is corrected, in words.
    func text(_ correction: Correction) -> String {
        switch correction {
        case .balance(let asset, let before, let after):
            "the balance of \(asset) from \(before) to \(after)"
        case .position(let id, _, let before, let after):
            "the position of \(state.name(of: id)) from \(before.words) to \(after.words)"
        case .order(let id, let before, let after):
            "order \(id) from \(before.words) to \(after.words)"
        case .deal(let id, let before, let after):
            "deal \(id) from \(before.words) to \(after.words)"
        case .skip(let sequence, _): "the journal: event \(sequence) is passed over"
        }
    }

    private func document(_ correction: Correction) -> Document {
        switch correction {
        case .balance(let asset, let before, let after):
            [
                "subject": .text("balance"), "asset": .text(asset), "before": .text(before),
                "after": .text(after),
            ]
        case .position(let id, let deal, let before, let after):
            [
                "subject": .text("position"), "symbol": .text(state.name(of: id)),
                "deal": .number(deal.rawValue), "before": before.document, "after": after.document,
            ]
        case .order(let id, let before, let after):
            [
                "subject": .text("order"), "order": .count(id.rawValue),
                "before": before.document, "after": after.document,
            ]
        case .deal(let id, let before, let after):
            [
                "subject": .text("deal"), "deal": .count(id.rawValue),
                "before": before.document, "after": after.document,
            ]
        case .skip(let sequence, let hash):
            [
                "subject": .text("skip"), "sequence": .count(sequence.rawValue),
                "hash": .text(hash),
            ]
        }
    }
}

extension Hash256 {
    /// The first twelve digits, for people.
    var short: String { "\(description.prefix(12))…" }
}

extension DurationHistogram {
    /// How many commits there were and how long they took.
    fileprivate var words: String {
        "\(count) commits: half within \(median.milliseconds) ms, 99 of 100 within "
            + "\(percentile99.milliseconds) ms, longest \(longest.milliseconds) ms"
    }

    /// Count, median, 99th percentile and longest; the two in the middle are within 3.2 %.
    var document: Document {
        [
            "count": .count(count), "medianNanoseconds": .text(median.nanoseconds),
            "percentile99Nanoseconds": .text(percentile99.nanoseconds),
            "longestNanoseconds": .text(longest.nanoseconds),
        ]
    }
}

extension DurationHistogram {
    /// What it is all counted from.
    fileprivate var bucketDocument: Document {
        let buckets = buckets.map { bucket -> Document in
            ["bucket": .count(bucket.number), "count": .count(bucket.count)]
        }
        return ["buckets": .list(buckets)]
    }
}

extension AccountSetting {
    fileprivate var words: String {
        "\(setting.name) of \(symbol) at \(market) to \(value): \(phase.name)"
            + (detail.isEmpty ? "" : ", \(detail)")
    }

    fileprivate var document: Document {
        [
            "market": .text(market), "symbol": .text(symbol), "setting": .text(setting.name),
            "value": .text(value), "phase": .text(phase.name), "detail": .text(detail),
        ]
    }
}

extension TimeSpan {
    /// The span in milliseconds with three places.
    var milliseconds: String {
        Decimal(units: Int128(nanoseconds) * 1_000_000_000_000).text(places: 3)
    }
}

extension Correction.PositionFigures {
    fileprivate var words: String {
        "\(quantity) at a cost of \(cost)" + (held.isZero ? "" : ", \(held) held by its deal")
    }

    fileprivate var document: Document {
        ["quantity": .text(quantity), "cost": .text(cost), "held": .text(held)]
    }
}

extension Correction.OrderFigures {
    fileprivate var words: String {
        "\(status.name), \(filled) filled for \(cost)"
            + (request == .none ? "" : ", \(request.name) asked")
            + (isUnknown ? ", outcome unknown" : "")
    }

    fileprivate var document: Document {
        [
            "status": .text(status.name), "request": .text(request.name),
            "unknown": .flag(isUnknown), "filled": .text(filled), "cost": .text(cost),
        ]
    }
}

extension Correction.DealFigures {
    fileprivate var words: String {
        "\(held) held of \(entryQuantity) for \(entryCost), profit \(profit)"
    }

    fileprivate var document: Document {
        [
            "held": .text(held), "entryQuantity": .text(entryQuantity),
            "entryCost": .text(entryCost), "profit": .text(profit),
        ]
    }
}
