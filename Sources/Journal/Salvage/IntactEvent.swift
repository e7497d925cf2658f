internal import Digests

/// An event of a broken batch that matches its checksum.
struct IntactEvent: Hashable, Sendable {
    /// Its sequence number, where it can be told.
    private(set) var sequence: UInt64?
    /// Its bytes, counted from the batch's first one.
    let range: Range<Int>
}

extension IntactEvent {
    /// Most events that are found in one batch.
    static let limit = 1 << 20

    /// Finds the events of a broken batch that match their checksums.
    ///
    /// Events are counted from the front as long as lengths lead from one to the next. Where they
    /// do not, events are searched for behind that place: those that lead to the exact end of the
    /// batch are counted from the back, others have no number.
    ///
    /// - Parameters:
    ///   - batch: what is known of the batch.
    ///   - bytes: its bytes, as far as they are there.
    static func all(of batch: BrokenBatch, in bytes: Span<UInt8>) -> [IntactEvent] {
        var events: [IntactEvent] = []
        // The worst bytes must not take for ever.
        var budget = 16 * bytes.count + (1 << 20)
        var offset = Layout.headerLength
        var number = batch.sequences?.lowerBound
        // Since the last place where the count was lost: the first event, and places passed.
        var run = (begin: 0, places: [Int](), count: 0)
        while events.count < limit, let length = eventLength(bytes, at: offset) {
            if isIntact(bytes, at: offset, length) {
                events.append(IntactEvent(sequence: number, range: offset..<(offset + length)))
                run.places.append(run.count)
            } else if !leadsOn(bytes, to: offset + length, batch) {
                guard batch.journalID != nil,
                    let found = search(bytes, from: offset + 1, &budget)
                else { return events }
                offset = found
                number = nil
                run = (events.count, [], 0)
                continue
            }
            offset += length
            number = number.map { $0 &+ 1 }
            run.count += 1
        }
        if number == nil, offset == batch.length, !batch.isEndUnknown,
            let last = batch.sequences?.upperBound
        {
            for (index, place) in run.places.enumerated() {
                let behind = UInt64(run.count - 1 - place)
                if behind < last { events[run.begin + index].sequence = last - behind }
            }
        }
        return events
    }

    /// The length that an event at `offset` says it has, where that could be.
    private static func eventLength(_ bytes: Span<UInt8>, at offset: Int) -> Int? {
        let left = bytes.count - offset
        guard left >= Layout.eventHeaderLength else { return nil }
        let length = Int(bytes.uint32(at: offset))
        // What is longer than the bytes ends no walk, only its own event.
        return length >= Layout.eventHeaderLength && length <= left ? length : 0
    }

    private static func isIntact(_ bytes: Span<UInt8>, at offset: Int, _ length: Int) -> Bool {
        guard length > 0 else { return false }
        let covered = bytes.extracting((offset + 8)..<(offset + length))
        return CRC32C.checksum(covered) == bytes.uint32(at: offset + 4)
    }

    /// Whether a damaged event's length can be believed: at its end the batch ends, or an intact
    /// event begins.
    private static func leadsOn(
        _ bytes: Span<UInt8>,
        to end: Int,
        _ batch: BrokenBatch
    ) -> Bool {
        if end == batch.length { return true }
        guard let length = eventLength(bytes, at: end), length > 0 else { return false }
        return isIntact(bytes, at: end, length)
    }

    /// The next place behind which an intact event lies.
    private static func search(
        _ bytes: Span<UInt8>,
        from start: Int,
        _ budget: inout Int
    ) -> Int? {
        var offset = start
        while budget > 0, let length = eventLength(bytes, at: offset) {
            budget -= 1 + length
            if isIntact(bytes, at: offset, length) { return offset }
            offset += 1
        }
        return nil
    }
}
