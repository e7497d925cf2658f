/// Who took a position away that was none of the engine's orders.
public enum Liquidator: UInt8, Sendable, CaseIterable {
    /// The venue, for want of margin.
    case margin = 1
    /// The venue, against the position of somebody who could not pay.
    case deleveraging = 2
    /// The owner of the account by hand, or the venue where it does not tell why.
    case others = 3

    /// The words used in output.
    public var name: String {
        switch self {
        case .margin: "for want of margin"
        case .deleveraging: "by deleveraging"
        case .others: "by others"
        }
    }
}

/// A position, or a part of it, was closed by another order than one of the engine's.
public struct PositionLiquidated: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.positionLiquidated
    /// The version of its layout: in 1 it was always for want of margin.
    public static let version: UInt16 = 2
    /// The instrument whose position was closed.
    public var instrument: InstrumentID
    /// The side of the order that closed it.
    public var side: Side
    /// The fill of that order.
    public var execution: Execution
    /// The venue's report it comes from; zero where a list of fills proves it.
    public var report: UInt64
    /// Who closed it.
    public var by: Liquidator

    /// Makes the payload.
    public init(
        instrument: InstrumentID,
        side: Side,
        execution: Execution,
        report: UInt64,
        by: Liquidator = .margin
    ) {
        self.instrument = instrument
        self.side = side
        self.execution = execution
        self.report = report
        self.by = by
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(instrument)
        writer.choice(side)
        execution.encode(into: &writer)
        writer.integer(report)
        writer.choice(by)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        instrument = reader.identifier()
        side = reader.choice(.sell)
        execution = Execution(from: &reader)
        report = reader.uint64()
        by = reader.choice(.margin)
    }

    /// Version 1 was version 2 without a word of who.
    static let upcaster = Upcaster(kind: .positionLiquidated, version: 1) { reader, writer in
        writer.identifier(reader.identifier() as InstrumentID)
        writer.choice(reader.choice(Side.sell))
        Execution(from: &reader).encode(into: &writer)
        writer.integer(reader.uint64())
        writer.choice(Liquidator.margin)
    }
}
