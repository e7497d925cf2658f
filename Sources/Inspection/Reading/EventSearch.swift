internal import Journal
internal import Runtime
internal import Trading

/// Finds orders and deals by number, and what is nearest where there is none.
struct EventSearch {
    private let reader: JournalReader

    init(_ reader: JournalReader) { self.reader = reader }

    /// What an order's number stands for: an intent, or the refusal of an entry.
    ///
    /// - Throws: ``CommandFailure`` with 1 where it is neither.
    func order(_ number: UInt64) throws -> WhyReport.Subject {
        let link = try find(number, "order", [.orderIntended, .orderRefused])
        switch EventKind(rawValue: link.kind) {
        case .orderIntended: return .order(OrderID(number))
        case .orderRefused: return .refusal(number)
        case let kind:
            let name = kind?.name ?? "kind\(link.kind)"
            let hint = kind == .dealOpened ? "; ask with --deal \(number)" : ""
            throw CommandFailure(
                1,
                "event \(number) is no order: it is \(name)\(hint)"
                    + (try nearest(number, [.orderIntended, .orderRefused], "order"))
            )
        }
    }

    /// The order that a client order id names, by its number alone; see ``requireSame(_:_:)``.
    ///
    /// - Throws: ``CommandFailure`` with 1 where the number is no order's.
    func order(_ id: ClientOrderID) throws -> OrderID {
        let number = id.order.rawValue
        guard case .order(let order) = try self.order(number) else {
            throw CommandFailure(
                1,
                "\(id) is not in this journal: event \(number) is an entry that was refused, and "
                    + "never had a client order id"
            )
        }
        return order
    }

    /// Refuses a client order id of another journal, or of another start of this one.
    ///
    /// - Throws: ``CommandFailure`` with 1.
    static func requireSame(
        _ asked: ClientOrderID,
        _ found: ClientOrderID?
    ) throws(CommandFailure) {
        guard let found, found != asked else { return }
        throw CommandFailure(
            1,
            "\(asked) is not in this journal; order \(asked.order) of this journal is \(found)"
        )
    }

    /// Makes sure that a number is a deal's.
    ///
    /// - Throws: ``CommandFailure`` with 1 where it is not.
    func requireDeal(_ number: UInt64) throws {
        let link = try find(number, "deal", [.dealOpened])
        guard link.kind == EventKind.dealOpened.rawValue else {
            let name = EventKind(rawValue: link.kind)?.name ?? "kind\(link.kind)"
            throw CommandFailure(
                1,
                "event \(number) is no deal: it is \(name)"
                    + (try nearest(number, [.dealOpened], "deal"))
            )
        }
    }

    private func find(_ number: UInt64, _ what: String, _ kinds: [EventKind]) throws -> EventLink {
        let first = try reader.firstSequence()
        let last = try reader.head().sequence
        if (first...last).contains(number), let link = try reader.link(number) { return link }
        let range =
            number < first
            ? "the journal begins with event \(first)" : "the journal ends at event \(last)"
        throw CommandFailure(
            1,
            "\(what) \(number) is not in this journal: \(range)"
                + (try nearest(number, kinds, what))
        )
    }

    /// The numbers nearest to one, of events of these kinds.
    private func nearest(_ number: UInt64, _ kinds: [EventKind], _ what: String) throws -> String {
        let wanted = kinds.map(\.rawValue)
        var before: UInt64?
        var after: UInt64?
        var options = ReadOptions()
        options.copies = true
        try reader.forEachBatch(from: try reader.firstSequence(), options: options) {
            (batch) throws(JournalError) in
            var events = batch.events()
            while let view = events.next(), after == nil {
                guard wanted.contains(view.kind) else { continue }
                if view.sequence < number { before = view.sequence }
                if view.sequence > number { after = view.sequence }
            }
            return after == nil ? .proceed : .stop
        }
        let found = [before, after].compactMap { $0 }.map { "\($0)" }
        guard !found.isEmpty else { return "; it holds no \(what) at all" }
        return "; the nearest \(found.count == 1 ? "is" : "are") "
            + found.joined(separator: " and ")
    }
}
