/// Turns a payload of one version into the next: how old journals stay readable for ever.
public struct Upcaster: Sendable {
    /// The kind it is for.
    public let kind: EventKind
    /// The version it reads; it writes the one after.
    public let version: UInt16
    /// Reads the old layout and writes the new one.
    public let convert: @Sendable (inout ByteReader, inout ByteWriter) -> Void

    /// Makes an upcaster.
    public init(
        kind: EventKind,
        version: UInt16,
        convert: @escaping @Sendable (inout ByteReader, inout ByteWriter) -> Void
    ) {
        self.kind = kind
        self.version = version
        self.convert = convert
    }
}

/// Why the bytes of an event could not be read.
public enum CodecFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// This program knows no such kind: a newer one wrote it.
    case unknownKind(UInt16)
    /// A newer program wrote this version.
    case newerVersion(EventKind, version: UInt16)
    /// No upcaster leads from this version to the current one.
    case noUpcaster(EventKind, version: UInt16)
    /// The payload is too short, too long or holds a value that makes no sense.
    case damaged(EventKind, offset: Int)

    /// What is wrong, and which program to use where that helps.
    public var description: String {
        switch self {
        case .unknownKind(let kind):
            "event kind \(kind) is unknown: written by a newer holdfast, use that one"
        case .newerVersion(let kind, let version):
            "\(kind.name) version \(version) was written by a newer holdfast, use that one"
        case .noUpcaster(let kind, let version):
            "\(kind.name) version \(version) has no way to the current version"
        case .damaged(let kind, let offset):
            "the payload of \(kind.name) makes no sense at byte \(offset)"
        }
    }
}

/// Reads and writes the payloads of events.
public struct EventCodec: Sendable {
    private let upcasters: [Upcaster]

    /// The upcasters of every layout that was ever released.
    public static let released: [Upcaster] = [
        SignalReceived.upcaster, FundingSettled.upcaster, PositionLiquidated.upcaster,
    ]

    /// Makes a codec; tests add upcasters from layouts of their own.
    public init(upcasters: [Upcaster] = EventCodec.released) { self.upcasters = upcasters }

    /// Reads the payload of an event.
    ///
    /// - Throws: ``CodecFailure``.
    @inline(__always)
    public func decode(
        kind rawKind: UInt16,
        version: UInt16,
        _ payload: Span<UInt8>
    ) throws(CodecFailure) -> Event {
        guard let kind = EventKind(rawValue: rawKind) else { throw .unknownKind(rawKind) }
        guard version == Event.version(of: kind) else {
            return try decodeOlder(kind, version: version, payload)
        }
        var reader = ByteReader(payload)
        let event = Event(kind, from: &reader)
        guard !reader.isDamaged, reader.remaining == 0 else {
            throw .damaged(kind, offset: reader.offset)
        }
        return event
    }

    private func decodeOlder(
        _ kind: EventKind,
        version: UInt16,
        _ payload: Span<UInt8>
    ) throws(CodecFailure) -> Event {
        let current = Event.version(of: kind)
        guard version < current else { throw .newerVersion(kind, version: version) }
        var bytes: [UInt8] = []
        for index in 0..<payload.count { bytes.append(payload[index]) }
        bytes = try upcast(kind, from: version, to: current, bytes)
        return try decode(kind: kind.rawValue, version: current, bytes.span)
    }

    /// Brings a payload from one version to a later one, step by step.
    package func upcast(
        _ kind: EventKind,
        from version: UInt16,
        to current: UInt16,
        _ payload: [UInt8]
    ) throws(CodecFailure) -> [UInt8] {
        var bytes = payload
        for step in version..<current {
            guard let upcaster = upcasters.first(where: { $0.kind == kind && $0.version == step })
            else { throw .noUpcaster(kind, version: step) }
            var reader = ByteReader(bytes.span)
            var writer = ByteWriter()
            upcaster.convert(&reader, &writer)
            guard !reader.isDamaged, reader.remaining == 0 else {
                throw .damaged(kind, offset: reader.offset)
            }
            bytes = writer.bytes
        }
        return bytes
    }
}
