internal import Digests
internal import JSON
public import Trading

/// What rescue did or learned beside the journal: an event without a journal's number.
///
/// Orders are named as at the venue and fees by their asset, because numbers are the journal's own.
public struct SideEvent: Hashable, Sendable {
    /// When it happened.
    public var time: Timestamp
    /// What happened; the numbers of orders, deals, reports and assets in it mean nothing.
    public let event: Event
    /// Its payload as it was written, perhaps by an older program, and the version of that.
    private let payload: [UInt8]
    private let version: UInt16
    /// The order as the venue knows it; empty where it is about none.
    public var order: String
    /// The asset of a fill's fee; empty elsewhere.
    public var feeAsset: String
    /// The same in words, for a person.
    public var words: String

    /// Makes an event.
    public init(
        time: Timestamp,
        event: Event,
        order: String,
        feeAsset: String = "",
        words: String = ""
    ) {
        var writer = ByteWriter()
        event.encode(into: &writer)
        payload = writer.bytes
        version = event.version
        self.time = time
        self.event = event
        self.order = order
        self.feeAsset = feeAsset
        self.words = words
    }

    /// Whether it is of a kind that a side journal holds.
    static func holds(_ kind: EventKind) -> Bool {
        switch kind {
        case .orderIntended, .cancelIntended, .orderAccepted, .orderRejected, .orderFilled,
            .orderCancelled, .cancelRejected, .orderAmended, .amendRejected, .orderTriggered,
            .orderExpired, .outcomeUnknown, .outcomeResolved, .errorRecorded:
            true
        default: false
        }
    }

    /// Its members in a line.
    var members: [(key: String, value: JSONText?)] {
        [
            ("time", .text("\(time.nanoseconds)")),
            ("kind", .text(event.kind.name)),
            ("version", .integer(Int64(version))),
            ("order", order.isEmpty ? nil : .text(order)),
            ("feeAsset", feeAsset.isEmpty ? nil : .text(feeAsset)),
            ("words", .text(words)),
            ("payload", .text(Hexadecimal.text(payload.span))),
        ]
    }

    /// Reads it from a line's members.
    init(_ line: borrowing SideLine) throws(SideFault) {
        guard let kind = EventKind.allCases.first(where: { $0.name == line.kind }),
            Self.holds(kind)
        else { throw SideFault("a side journal holds no \(line.kind)") }
        guard let version = UInt16(exactly: line.version), let text = line.payload,
            let bytes = Hexadecimal.bytes(text)
        else { throw SideFault("its payload cannot be read") }
        (self.version, payload) = (version, bytes)
        do throws(CodecFailure) {
            event = try EventCodec().decode(
                kind: kind.rawValue,
                version: version,
                bytes.span
            )
        } catch {
            throw SideFault("\(error)")
        }
        time = line.time
        order = line.order
        feeAsset = line.feeAsset
        words = line.words
        if case .orderIntended(let intent) = event {
            guard intent.role == .exit, intent.terms.type == .market else {
                throw SideFault("rescue places nothing but exits at the market")
            }
        }
        let isOfOrder = kind != .errorRecorded
        guard order.isEmpty != isOfOrder, order.utf8.count <= 64 else {
            throw SideFault("it names its order wrongly")
        }
        guard (kind == .orderFilled) != feeAsset.isEmpty else {
            throw SideFault("it names the asset of a fee wrongly")
        }
    }
}

/// Why bytes are no side journal.
public struct SideFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, and in which line.
    public let description: String

    init(_ description: String) { self.description = description }
}
