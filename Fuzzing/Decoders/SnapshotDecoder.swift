import Digests
import Platform

@testable import Journal

/// Snapshot files: header, body, checksum.
final class SnapshotDecoder: Decoder {
    private static let sequence: UInt64 = 7
    private let store: SnapshotStore
    private let hasher = SHA256()

    init(scratch: String) throws {
        try FileSystem.createDirectories(scratch + "/snapshots")
        store = SnapshotStore(directory: scratch, journalID: JournalID(low: 1, high: 2))
    }

    func take(_ bytes: [UInt8]) throws {
        _ = try read(bytes)
        guard bytes.count >= 144 else { return }
        var repaired = bytes
        Repair.store(0x0A53_5041_4E53_4648 as UInt64, &repaired, at: 0)
        if bytes[12] & 1 == 0 {
            Repair.store(1 as UInt16, &repaired, at: 8)
            Repair.store(1 as UInt64, &repaired, at: 16)
            Repair.store(2 as UInt64, &repaired, at: 24)
            Repair.store(Self.sequence, &repaired, at: 32)
        }
        if bytes[13] & 1 == 0 {
            Repair.store(UInt64(bytes.count - 144), &repaired, at: 104)
        }
        let end = repaired.count - 32
        let digest = hasher.digest(of: repaired.span.extracting(0..<end)).bytes
        for index in 0..<32 { repaired[end + index] = digest[index] }
        let snapshot = try read(repaired)
        if bytes[12] & 1 == 0, bytes[13] & 1 == 0 {
            try require(
                snapshot?.body == Array(repaired[112..<end]),
                "a snapshot with a right checksum is read"
            )
        }
    }

    private func read(_ bytes: [UInt8]) throws -> StateSnapshot? {
        let file = try File(path: store.path(Self.sequence), mode: .replace)
        try file.write(bytes.span, at: 0)
        do {
            let snapshot = try store.load(Self.sequence)
            try require(snapshot.sequence == Self.sequence, "a snapshot is the one asked for")
            return snapshot
        } catch let error as JournalError {
            try require(error.code != .system, "\(error)")
            return nil
        }
    }
}
