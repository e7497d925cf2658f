import Journal
import LMDB
import Platform

/// Chooses bits of a golden journal to turn: one of each thing that can be told apart.
struct GoldenDamage {
    private let journal: String
    private static let first = "segments/00000000000000000001"
    private static let second = "segments/00000000000000000061"
    private static let snapshot = "snapshots/00000000000000000036.snapshot"

    /// Where batches begin in the files, by the number of their first event.
    private var batches: [UInt64: Int] = [:]
    /// Where events begin.
    private var events: [UInt64: Int] = [:]
    private let root: Int
    private let newestMeta: Int

    init(_ journal: String) throws {
        self.journal = journal
        guard let scan = try PageScan(directory: "\(journal)/\(Self.first)"),
            let other = try PageScan(directory: "\(journal)/\(Self.second)")
        else { throw PlatformError(action: "read", subject: journal, code: 2) }
        root = Int(scan.meta.main.root) * MetaCheck.pageSize
        newestMeta = Int(scan.meta.transaction & 1) * MetaCheck.pageSize
        var batches: [UInt64: Int] = [:]
        var events: [UInt64: Int] = [:]
        for store in [scan, other] {
            _ = try store.scanRecords { place, bytes in
                batches[place.number] = place.fileOffset
                var offset = 92
                var number = place.number
                while offset < bytes.count {
                    events[number] = place.fileOffset + offset
                    offset += (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
                    number += 1
                }
            }
        }
        self.batches = batches
        self.events = events
    }

    /// What is turned, by its name.
    var flips: [(name: String, flips: [DamageExpectation.Flip])] {
        let (first, second) = (Self.first + "/data.mdb", Self.second + "/data.mdb")
        return [
            ("an event", [flip(first, events[20], 36 + 4, 3)]),
            ("a header", [flip(first, batches[37], 60, 0)]),
            ("the length of an event", [flip(first, events[55], 1, 0)]),
            ("the hash that the last batch names", [flip(second, batches[61], 56, 7)]),
            ("the newer slot of the witness", [flip("witness", 512, 33, 1)]),
            (
                "both slots of the witness",
                [flip("witness", 0, 33, 1), flip("witness", 512, 33, 1)]
            ), ("the snapshot", [flip(Self.snapshot, 0, 300, 4)]),
            ("the newer meta page", [flip(first, newestMeta, 136, 1)]),
            ("the root page", [flip(first, root, 10, 0)]),
            (
                "many things",
                [
                    flip(first, events[5], 36, 0), flip(first, events[40], 36, 0),
                    flip(second, events[61], 8, 2), flip("witness", 0, 40, 6),
                    flip(Self.snapshot, 0, 20, 0),
                ]
            ),
        ]
    }

    private func flip(
        _ file: String,
        _ place: Int?,
        _ byte: Int,
        _ bit: Int
    ) -> DamageExpectation.Flip {
        DamageExpectation.Flip(file: file, byte: (place ?? 0) + byte, bit: bit)
    }
}
