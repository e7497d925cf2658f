import JSON
import Projections
import Trading

@testable import Inspection
@testable import Journal

/// Events in their order, folded twice: from their bytes and as values.
///
/// The input is what stands behind the header of a batch. Times that go back are lifted, so that
/// not every change ends the walk.
final class FoldDecoder: Decoder {
    private let codec = EventCodec()
    private var parser = JSONParser(maximumBytes: 4 << 20, maximumDepth: 16)

    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws {
        let front = [UInt8](repeating: 0, count: Repair.headerLength)
        guard var batch = Repair.batch(front + bytes) else { return }
        Repair.store(1 as UInt64, &batch, at: 32)
        Repair.store(Repair.checksum(batch, 0..<88), &batch, at: 88)
        let view: BatchView
        do throws(FormatFault) {
            view = try BatchView(batch.span)
        } catch {
            return
        }
        var fast = TradingState()
        var slow = TradingState()
        var cursor = view.events()
        while let event = cursor.next() {
            guard try step(&fast, &slow, event) else { return }
        }
        try compare(fast, slow)
    }

    /// Folds an event into both states; false where it does not fit.
    private func step(
        _ fast: inout TradingState,
        _ slow: inout TradingState,
        _ view: EventView
    ) throws -> Bool {
        let sequence = SequenceNumber(view.sequence)
        let moment = max(Timestamp(nanoseconds: view.time), slow.time)
        var refusal: FoldFailure?
        var isFolded = false
        do throws(FoldFailure) {
            isFolded = try fast.foldBytes(
                sequence,
                moment,
                kind: view.kind,
                version: view.version,
                view.payload
            )
        } catch {
            refusal = error
        }
        let envelope: EventEnvelope
        do throws(CodecFailure) {
            envelope = EventEnvelope(
                sequence: sequence,
                time: moment,
                trace: TraceID(view.trace),
                cause: SequenceNumber(view.cause),
                event: try codec.decode(kind: view.kind, version: view.version, view.payload)
            )
        } catch {
            try require(refusal == nil && !isFolded, "what cannot be read is not folded")
            return false
        }
        if view.trace % 4 == 0 { try describe(envelope, slow) }
        do throws(FoldFailure) {
            try slow.fold(envelope)
        } catch {
            if refusal == nil, !isFolded { return false }
            try require(refusal == error, "both folds refuse alike: \(error)")
            return false
        }
        try require(refusal == nil, "both folds accept alike: \(refusal?.reason ?? "")")
        if !isFolded { try fast.fold(envelope) }
        return true
    }

    private func describe(_ envelope: EventEnvelope, _ state: TradingState) throws {
        _ = EventWords(state: state).text(envelope)
        let document = EventDocument(state: state).payload(envelope)
        try StateChecks.requireObject(document, with: &parser)
    }

    private func compare(_ fast: TradingState, _ slow: TradingState) throws {
        var writer = ByteWriter(capacity: 1 << 14)
        fast.encode(into: &writer)
        var other = ByteWriter(capacity: 1 << 14)
        slow.encode(into: &other)
        let canonical = other.bytes
        try require(writer.bytes == canonical, "both folds give the same state")
        guard let read = TradingState(canonical: canonical.span) else {
            throw Contradiction("a state is read as it was written")
        }
        writer.removeAll()
        read.encode(into: &writer)
        try require(writer.bytes == canonical, "a state that was read is written the same")
        try StateChecks.describe(slow, with: &parser)
    }
}
