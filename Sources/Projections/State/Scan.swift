public import Trading

/// A scan of a market, as its checkpoints tell.
public struct Scan: Hashable, Sendable {
    /// Its first checkpoint.
    public var id: ScanID
    /// What it does.
    public var operation: ScanOperation
    /// What it looks at.
    public var subject: String
    /// Where it stands.
    public var status: ScanStatus
    /// The last item that was looked at; empty before the first.
    public var cursor: String
    /// How many items were looked at.
    public var processed: UInt64
    /// How many items there are.
    public var total: UInt64
    /// Why it failed; empty otherwise.
    public var message: String
    /// When it began.
    public var began: Timestamp
    /// When its last checkpoint was written.
    public var changed: Timestamp
    /// How many checkpoints there are of it.
    public var checkpoints: UInt64
    /// The best pairs so far, best first; at most `ScanCheckpointed.mostPairs`.
    public var best: [ScannedPair]
}

extension Scan {
    /// The scan that a checkpoint begins.
    init(_ payload: ScanCheckpointed, id: ScanID, at time: Timestamp) {
        self.init(
            id: id,
            operation: payload.operation,
            subject: payload.subject,
            status: payload.status,
            cursor: payload.cursor,
            processed: payload.processed,
            total: payload.total,
            message: payload.message,
            began: time,
            changed: time,
            checkpoints: 1,
            best: []
        )
        add(payload.found)
    }

    /// Goes on to a later checkpoint.
    mutating func advance(_ payload: ScanCheckpointed, at time: Timestamp) throws(Misfit) {
        guard status == .running else { throw Misfit("scan \(id) has ended: \(status.name)") }
        guard payload.operation == operation, payload.subject == subject else {
            throw Misfit("scan \(id) is of \(subject), not of \(payload.subject)")
        }
        guard payload.processed >= processed else { throw Misfit("a scan does not go back") }
        status = payload.status
        cursor = payload.cursor
        processed = payload.processed
        total = payload.total
        message = payload.message
        changed = time
        checkpoints &+= 1
        add(payload.found)
    }

    private mutating func add(_ found: [ScannedPair]) {
        guard !found.isEmpty else { return }
        best = Array(
            (best + found).sorted { $0.ranks(before: $1) }.prefix(ScanCheckpointed.mostPairs)
        )
    }

    func encode(into writer: inout ByteWriter) {
        writer.identifier(id)
        writer.choice(operation)
        writer.text(subject)
        writer.choice(status)
        writer.text(cursor)
        writer.integer(processed)
        writer.integer(total)
        writer.text(message)
        writer.timestamp(began)
        writer.timestamp(changed)
        writer.integer(checkpoints)
        writer.list(best) { writer, pair in pair.encode(into: &writer) }
    }

    init(from reader: inout ByteReader) {
        self.init(
            id: reader.identifier(),
            operation: reader.choice(.marketScan),
            subject: reader.text(),
            status: reader.choice(.failed),
            cursor: reader.text(),
            processed: reader.uint64(),
            total: reader.uint64(),
            message: reader.text(),
            began: reader.timestamp(),
            changed: reader.timestamp(),
            checkpoints: reader.uint64(),
            best: []
        )
        for _ in 0..<reader.count() { best.append(ScannedPair(from: &reader)) }
    }

    /// Whether checkpoints could have told this.
    func isSound(at time: Timestamp, head: SequenceNumber) -> Bool {
        id.rawValue > 0 && id.rawValue <= head.rawValue && processed <= total
            && began >= .never && began <= changed && changed <= time
            && best.count <= ScanCheckpointed.mostPairs
            && zip(best, best.dropFirst()).allSatisfy { !$1.ranks(before: $0) }
    }
}

extension TradingState {
    /// How long a scan is kept after its last checkpoint, in stamped time.
    public static let scanRetention = TimeSpan(seconds: 7 * 86_400)
    /// How many scans are kept.
    public static let scanCapacity = 16

    /// The scans that are not too old at a moment, oldest first.
    public func scans(at now: Timestamp) -> [Scan] {
        scans.filter { now - $0.changed <= Self.scanRetention }
    }

    /// Takes a checkpoint of a scan, and forgets the scans that are too old.
    mutating func checkpoint(_ payload: ScanCheckpointed) throws(Misfit) {
        let place = scans.firstIndex { $0.id == payload.scan }
        if let place {
            try scans[place].advance(payload, at: time)
        } else {
            guard payload.scan == .none else { throw Misfit("scan \(payload.scan) is unknown") }
            scans.append(Scan(payload, id: ScanID(head), at: time))
        }
        scans = scans(at: time)
        if scans.count > Self.scanCapacity { scans.removeFirst() }
    }
}
