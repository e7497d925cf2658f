/// How far a block reaches.
public enum BlockReach: UInt8, Sendable, CaseIterable {
    /// One instrument.
    case instrument = 1
    /// All that settles in an asset.
    case asset = 2
    /// All that is traded in a market.
    case market = 3

    /// The word used in output.
    public var name: String { "\(self)" }
}

/// Where nothing new is risked while a block holds.
public struct BlockScope: Hashable, Sendable {
    /// How far it reaches.
    public var reach: BlockReach
    /// The instrument's name, the asset's, or the market's, as `BTCUSDT-PERP`, `USDT`, `spot`.
    public var name: String

    /// Makes a scope.
    public init(_ reach: BlockReach, _ name: String) {
        self.reach = reach
        self.name = name
    }
}

/// A case of reconciliation blocks new risk: a person has to look at it.
///
/// One with the case, scope and subject of an earlier block takes its place, with new figures, and
/// holds again where the earlier one was released.
public struct RiskBlocked: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.riskBlocked
    /// The id of the case in the catalogue, as `P1`.
    public var caseID: String
    /// Where nothing new is risked.
    public var scope: BlockScope
    /// What the case is about, as `order 12 (hf-…)`.
    public var subject: String
    /// What both sides say, with figures.
    public var seen: String

    /// Makes the payload.
    public init(caseID: String, scope: BlockScope, subject: String, seen: String) {
        self.caseID = caseID
        self.scope = scope
        self.subject = subject
        self.seen = seen
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.text(caseID)
        writer.choice(scope.reach)
        writer.text(scope.name)
        writer.text(subject)
        writer.text(seen)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        caseID = reader.text()
        scope = BlockScope(reader.choice(.instrument), reader.text())
        subject = reader.text()
        seen = reader.text()
    }
}

/// How a block came to its end.
public enum BlockEnd: UInt8, Sendable, CaseIterable {
    /// A later comparison does not find the case.
    case notFound = 1
    /// An operator released it.
    case released = 2

    /// The words used in output.
    public var name: String {
        switch self {
        case .notFound: "no longer found"
        case .released: "released"
        }
    }
}

/// A block of new risk holds no longer.
///
/// What is reserved for unknown orders stays reserved.
public struct BlockEnded: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.blockEnded
    /// The event that began the block.
    public var block: SequenceNumber
    /// How it ended.
    public var end: BlockEnd
    /// Who released it; empty where nobody did.
    public var by: String
    /// Why it was released; empty where nobody did.
    public var reason: String

    /// Makes the payload.
    public init(block: SequenceNumber, end: BlockEnd, by: String = "", reason: String = "") {
        self.block = block
        self.end = end
        self.by = by
        self.reason = reason
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(block)
        writer.choice(end)
        writer.text(by)
        writer.text(reason)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        block = reader.identifier()
        end = reader.choice(.notFound)
        by = reader.text()
        reason = reader.text()
    }
}
