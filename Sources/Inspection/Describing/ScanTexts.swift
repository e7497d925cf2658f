internal import Projections
internal import Trading

extension ScanCheckpointed {
    /// How far the scan is, in words.
    var words: String {
        (scan == .none ? "a \(operation.name) begins: " : "\(operation.name) \(scan), ")
            + Self.words(subject, status, cursor, (processed, total), message)
            + (found.isEmpty ? "" : "; \(found.count) of the best added")
    }

    /// How far a scan is, in words.
    static func words(
        _ subject: String,
        _ status: ScanStatus,
        _ cursor: String,
        _ count: (processed: UInt64, total: UInt64),
        _ message: String
    ) -> String {
        "\(subject), \(status.name): \(count.processed) of \(count.total)"
            + (cursor.isEmpty ? "" : ", to \(cursor)") + (message.isEmpty ? "" : ": \(message)")
    }

    /// The checkpoint, field by field.
    var document: Document {
        [
            "scan": .number(scan.rawValue), "operation": .text(operation.name),
            "subject": .text(subject), "status": .text(status.name), "cursor": .text(cursor),
            "processed": .count(processed), "total": .count(total), "message": .text(message),
            "found": .list(found.map(\.document)),
        ]
    }
}

extension Scan {
    /// The scan in words.
    var words: String {
        "\(operation.name) \(id) since \(began): "
            + ScanCheckpointed.words(subject, status, cursor, (processed, total), message)
    }

    /// The scan, field by field.
    var document: Document {
        [
            "id": .count(id.rawValue), "operation": .text(operation.name),
            "subject": .text(subject), "status": .text(status.name), "cursor": .text(cursor),
            "processed": .count(processed), "total": .count(total), "message": .text(message),
            "began": .text(began), "changed": .text(changed), "checkpoints": .count(checkpoints),
            "best": .list(best.map(\.document)),
        ]
    }
}

extension ScannedPair {
    /// The pair, field by field.
    var document: Document {
        [
            "symbol": .text(symbol), "quote": .text(quote), "turnover": .text(turnover),
            "isValued": .flag(value != nil), "value": .text(value ?? .zero), "bid": .text(bid),
            "ask": .text(ask), "isMeasured": .flag(depth != nil),
            "bidDepth": .text(depth?.bids ?? .zero), "askDepth": .text(depth?.asks ?? .zero),
        ]
    }
}
