import Digests
import Platform

@testable import Journal

/// The two slots of a witness, and what is judged from them.
final class WitnessDecoder: Decoder {
    private let path: String

    init(scratch: String) { path = scratch + "/witness" }

    func take(_ bytes: [UInt8]) throws {
        try judge(bytes)
        var repaired = bytes
        for start in [0, 512] where repaired.count >= start + 512 {
            Repair.store(0x5345_4E54_4957_4648 as UInt64, &repaired, at: start)
            Repair.store(1 as UInt16, &repaired, at: start + 8)
            let sum = Repair.checksum(repaired, start..<(start + 508))
            Repair.store(sum, &repaired, at: start + 508)
            let slot = WitnessSlot(repaired.span.extracting(start..<(start + 512)))
            let epoch = repaired.span.uint32(at: start + 12)
            let sequence = repaired.span.uint64(at: start + 32)
            let isPossible = epoch < .max && sequence > 0 && sequence < .max
            try require(
                (slot != nil) == isPossible,
                "a slot with a right checksum is read where it says what can be"
            )
            guard let slot else { continue }
            var buffer = ByteBuffer(capacity: WitnessSlot.length)
            slot.encode(into: &buffer)
            try require(WitnessSlot(buffer.bytes) == slot, "a slot is read as it was written")
        }
        try judge(repaired)
    }

    private func judge(_ bytes: [UInt8]) throws {
        let file = try File(path: path, mode: .replace)
        try file.write(bytes.span, at: 0)
        let reading = try WitnessReading(path)
        let newest = reading.slots.first
        let head = Head(
            sequence: 100,
            chainHash: newest?.chainHash ?? .zero,
            epoch: 1,
            commitTime: 0
        )
        let rules = WitnessRules(
            journalID: newest?.journalID ?? JournalID(low: 1, high: 2),
            inner: reading,
            outer: bytes.count % 2 == 0 ? reading : nil,
            home: newest?.home
        )
        var report = ScanReport()
        report.hashes = Dictionary(
            uniqueKeysWithValues: rules.sequences.filter { $0 <= 100 }.map {
                ($0, head.chainHash)
            }
        )
        let refusals = rules.judge(head: head, begin: 1, hashes: report.hashes).refusals
        try require(
            !reading.slots.isEmpty || !refusals.isEmpty,
            "a witness without a slot is refused"
        )
        let isBehind = reading.slots.contains { $0.sequence > 100 }
        try require(!isBehind || !refusals.isEmpty, "a head behind a slot is refused")
    }
}
