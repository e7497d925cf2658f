import Digests
import Platform
import TestSupport
import Testing

@testable import Journal

@Suite(.temporaryDirectory)
struct `Snapshots of a state` {
    let fixture = Fixture()
    let body = (0..<2000).map { UInt8(truncatingIfNeeded: $0) }

    /// Makes a journal with a snapshot at each of its first `count` batches.
    private func fill(_ count: Int) throws -> SnapshotStore {
        let store = SnapshotStore(directory: fixture.journal, journalID: fixture.id)
        let writer = try fixture.create()
        for _ in 0..<count {
            try fixture.append(2, size: 2, to: writer)
            try store.save(head: writer.head, stateHash: SHA256Digest(1, 2, 3, 4), body: body)
        }
        return store
    }

    @Test func `a snapshot comes back as it was saved`() throws {
        let store = try fill(1)
        let snapshot = try store.load(3)
        #expect(snapshot.body == body)
        #expect(snapshot.stateHash == SHA256Digest(1, 2, 3, 4))
        #expect(try fixture.verify().findings == [])
    }

    @Test func `the newest three are kept`() throws {
        #expect(try fill(5).sequences() == [7, 9, 11])
    }

    @Test func `opening begins its check at the newest snapshot`() throws {
        _ = try fill(5)
        let writer = try fixture.open()
        #expect(writer.opening?.snapshot?.sequence == 11)
        #expect(writer.opening?.scannedEvents == 2)
    }

    @Test func `every flipped bit makes a snapshot fall back to the older one`() throws {
        let store = try fill(2)
        let whole = try FileSystem.read(store.path(5))
        for bit in stride(from: 0, to: whole.count * 8, by: 97) {
            try fixture.flip(store.path(5), byte: bit / 8, bit: bit % 8)
            let (snapshot, skipped) = try store.loadNewest()
            #expect(snapshot?.sequence == 3)
            #expect(skipped.map(\.sequence) == [5])
            try fixture.flip(store.path(5), byte: bit / 8, bit: bit % 8)
        }
        #expect(try store.loadNewest(notBeyond: 4).snapshot?.sequence == 3)
        #expect(try store.loadNewest(notBeyond: 2).snapshot == nil)
    }

    @Test func `a damaged snapshot is a warning and no obstacle`() throws {
        let store = try fill(2)
        try fixture.flip(store.path(5), byte: 200, bit: 1)
        #expect(try fixture.verify().findings.map(\.severity) == [.warning])
        let writer = try fixture.open()
        #expect(writer.opening?.snapshot?.sequence == 3)
        #expect(writer.opening?.warnings.count == 1)
    }

    @Test func `one that leads nowhere is a warning, one that is gone since it was listed is not`()
        throws
    {
        let store = try fill(2)
        try FileSystem.removeFile(store.path(3))
        #expect(try store.loadListed(3) == nil)
        try FileSystem.createLink(at: store.path(3), to: "nowhere")
        #expect(code { _ = try store.loadListed(3) } == .missing)
        #expect(try fixture.verify().findings.map(\.severity) == [.warning])
    }

    @Test func `a verification beside one who removes them finds nothing wrong`() throws {
        let store = SnapshotStore(directory: fixture.journal, journalID: fixture.id)
        let aside = fixture.root + "/aside"
        try fillBesideKept(store, aside: aside)
        // Each comes and goes once, as those do that need not be kept.
        let script = """
            for file in "$0"/*; do ln "$file" "$1"; rm "$1/${file##*/}"; done; rm -r "$0"
            """
        let child = try ChildProcess.start(
            "/bin/sh",
            arguments: ["-c", script, aside, fixture.journal + "/snapshots"]
        )
        while try FileSystem.status(aside) != nil {
            let found = try fixture.verify().findings.filter { $0.severity != .note }
            #expect(found.isEmpty, "\(found)")
        }
        #expect(child.wait() == .exited(0))
    }

    /// Makes a journal with two snapshots, so large that reading them takes a while, and many
    /// later ones, which are put aside.
    private func fillBesideKept(_ store: SnapshotStore, aside: String) throws {
        try FileSystem.createDirectory(aside)
        let writer = try fixture.create()
        for place in 0..<150 {
            try fixture.append(1, size: 1, to: writer)
            let isLarge = place < 2
            let body = isLarge ? [UInt8](repeating: 7, count: 4 << 20) : [1]
            try store.save(head: writer.head, stateHash: .zero, body: body)
            if isLarge { continue }
            let path = store.path(writer.head.sequence)
            try FileSystem.rename(path, to: aside + "/" + FileSystem.name(of: path))
        }
        try #require(try store.sequences() == [2, 3])
    }

    @Test(arguments: [UInt64(0), .max])
    func `a snapshot under a number that no event has is no snapshot`(sequence: UInt64) throws {
        let store = try fill(2)
        try FileSystem.copyFile(store.path(5), to: store.path(sequence))
        #expect(try fixture.verify().findings.map(\.code) == [.name])
        let writer = try fixture.open()
        try fixture.append(2, size: 2, to: writer)
        try store.save(head: writer.head, stateHash: .zero, body: body)
        #expect(try store.sequences() == [3, 5, 7])
    }

    @Test func `a snapshot of another history is refused`() throws {
        let store = try fill(2)
        let head = Head(sequence: 5, chainHash: .zero, epoch: 1, commitTime: 1)
        try store.save(head: head, stateHash: .zero, body: body)
        #expect(code { _ = try fixture.open() } == .damaged)
        #expect(try fixture.verify().findings.contains { $0.code == .snapshot })
    }
}
