import JSON
import Projections
import Trading

@testable import Inspection

/// Payloads of events, in old layouts too, and the words and documents made of them.
///
/// The first byte names the kind by its place in the catalogue, the second the version.
final class EventDecoder: Decoder {
    private let codec = EventCodec()
    private let older = EventCodec(upcasters: EventDecoder.upcasters + EventCodec.released)
    private let state: TradingState
    private var parser = JSONParser(maximumBytes: 1 << 20, maximumDepth: 16)

    /// Layouts that never were: version 0 without the last byte, which was always zero.
    private static let upcasters: [Upcaster] = EventKind.allCases.map { kind in
        Upcaster(kind: kind, version: 0) { reader, writer in
            while reader.remaining > 0 { writer.integer(reader.uint8()) }
            writer.integer(0 as UInt8)
        }
    }

    init(scratch: String) throws { state = try Traded.state() }

    func take(_ bytes: [UInt8]) throws {
        guard bytes.count >= 2 else { return }
        let kinds = EventKind.allCases
        let place = Int(bytes[0])
        let kind = place < kinds.count ? kinds[place].rawValue : UInt16(place)
        let payload = Array(bytes[2...])
        let version = UInt16(bytes[1])
        let event = try read(codec, kind, version, payload)
        let other = try read(older, kind, version, payload)
        try require(version == 0 || event == other, "upcasters leave new layouts alone")
        guard let event = event ?? other else { return }
        try describe(event)
    }

    private func read(
        _ codec: EventCodec,
        _ kind: UInt16,
        _ version: UInt16,
        _ payload: [UInt8]
    ) throws -> Event? {
        do {
            let event = try codec.decode(kind: kind, version: version, payload.span)
            var writer = ByteWriter()
            event.encode(into: &writer)
            let expected = version == 0 ? payload + [0] : payload
            let isOlder = version < event.version && (version > 0 || event.version > 1)
            try require(isOlder || writer.bytes == expected, "an event is written as it was read")
            try require(event.kind.rawValue == kind, "an event keeps its kind")
            return event
        } catch let error as CodecFailure {
            try require(!"\(error)".isEmpty, "a failure says what is wrong")
            return nil
        }
    }

    private func describe(_ event: Event) throws {
        let envelope = EventEnvelope(
            sequence: state.head.next,
            time: state.time,
            trace: TraceID(1),
            cause: SequenceNumber(1),
            event: event
        )
        try require(
            !EventWords(state: state).text(envelope).isEmpty,
            "every event has words"
        )
        _ = EventSubject(envelope, before: state)
        let document = EventDocument(state: state).payload(envelope)
        try StateChecks.requireObject(document, with: &parser)
    }
}
