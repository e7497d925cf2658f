import Platform
import Trading

@testable import Journal

/// Batches as they lie in a segment: header, events and their payloads.
final class BatchDecoder: Decoder {
    private let codec = EventCodec()

    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws {
        try read(bytes)
        if let repaired = Repair.batch(bytes) { try read(repaired) }
    }

    private func read(_ bytes: [UInt8]) throws {
        let batch: BatchView
        do throws(FormatFault) {
            batch = try BatchView(bytes.span)
        } catch {
            return
        }
        try checkHeader(batch, bytes)
        let isSound: Bool
        do throws(FormatFault) {
            try batch.check()
            isSound = true
        } catch {
            isSound = false
        }
        var events: UInt64 = 0
        var filled = Repair.headerLength
        var cursor = batch.events()
        while let event = cursor.next() {
            let place = batch.header.firstSequence &+ events
            try require(event.sequence == place, "events are numbered in order")
            filled += Repair.eventHeaderLength + event.payload.count
            events += 1
            try checkPayload(event)
        }
        guard isSound else { return }
        try require(events == UInt64(batch.header.count), "a sound batch holds its count")
        try require(filled == bytes.count, "the events of a sound batch fill it")
    }

    private func checkHeader(_ batch: BatchView, _ bytes: [UInt8]) throws {
        let header = batch.header
        try require(header.lastSequence >= header.firstSequence, "a batch ends behind its begin")
        var buffer = ByteBuffer(capacity: Repair.headerLength)
        buffer.extend(by: Repair.headerLength)
        header.encode(into: &buffer)
        for index in 0..<Repair.headerLength where buffer.bytes[index] != bytes[index] {
            throw Contradiction("a header is written as it was read: byte \(index)")
        }
        do {
            let prefix = try BatchHeader.decodePrefix((bytes + [0]).span)
            try require(prefix == header, "a header is the same with bytes behind it")
        } catch let error as FormatFault {
            throw Contradiction("a header is read with bytes behind it: \(error)")
        }
    }

    private func checkPayload(_ view: EventView) throws(Contradiction) {
        let event: Event
        do throws(CodecFailure) {
            event = try codec.decode(kind: view.kind, version: view.version, view.payload)
        } catch {
            return
        }
        // An older layout is written in the newest.
        guard view.version == event.version else { return }
        var writer = ByteWriter()
        event.encode(into: &writer)
        let isSame =
            writer.count == view.payload.count
            && (0..<writer.count).allSatisfy { writer.span[$0] == view.payload[$0] }
        try require(isSame, "a \(event.kind.name) is written as it was read")
    }
}
