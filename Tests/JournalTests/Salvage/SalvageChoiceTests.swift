import Digests
import Platform
import TestSupport
import Testing

@testable import Journal

@Suite(.temporaryDirectory)
struct `Choosing among batches` {
    let fixture = Fixture()

    /// A file that holds two histories from event 51 on: of epoch 1, whose commit did not finish,
    /// and of epoch 2; the tree leads to the second one.
    private func makeFork(later: Int) throws -> (path: String, wanted: [OriginalBatch]) {
        try fixture.fill(49, size: 1)
        let copy = fixture.root + "/unfinished"
        try FileSystem.copyTreeDurably(fixture.journal, to: copy)
        do {
            let options = WriterOptions(stateDirectory: fixture.root + "/elsewhere")
            var unfinished = options
            unfinished.scan = .inProcess
            unfinished.mapSize = 1 << 28
            let writer = try JournalWriter.open(copy, options: unfinished)
            try fixture.append(3, size: 3, length: 9, to: writer)
        }
        do {
            let writer = try fixture.open()
            try writer.beginEpoch(2)
            try fixture.append(later, size: 1, to: writer)
        }
        let wanted = try fixture.originals()
        let path = fixture.root + "/both.bin"
        let other = copy + "/segments/" + JournalLayout.name(1) + "/data.mdb"
        let bytes = try FileSystem.read(fixture.data) + FileSystem.read(other)
        try FileSystem.replaceDurably(path, with: [bytes])
        return (path, wanted)
    }

    @Test(arguments: [1, 5]) func `a sound tree decides`(later: Int) throws {
        let (path, wanted) = try makeFork(later: later)
        let outcome = try #require(try fixture.salvage(path))
        #expect(try fixture.copies() == wanted)
        #expect(outcome.survey.gaps == [])
        #expect(outcome.survey.leftOut == 1)
    }

    @Test(arguments: [1, 5]) func `without a tree the chain decides, then the epoch`(
        later: Int
    ) throws {
        let (path, wanted) = try makeFork(later: later)
        try fixture.zero(pages: 0..<2, of: path)
        let outcome = try #require(try fixture.salvage(path))
        #expect(try fixture.copies() == wanted)
        #expect(outcome.survey.leftOut == 1)
    }

    @Test func `a batch that its successor does not name is evidence and no more`() throws {
        let (path, wanted) = try makeFork(later: 5)
        try fixture.zero(pages: 0..<2, of: path)
        // The batch of the true history that the unfinished one competes with.
        let lost = try #require(wanted.first { $0.first == 51 })
        let bytes = try FileSystem.read(path)
        // Every copy: pages that were used again keep older ones.
        var from = 0
        while let place = bytes.span.firstOffset(of: lost.bytes.span, from: from) {
            try fixture.flip(path, byte: place + lost.bytes.count - 1, bit: 2)
            from = place + 1
        }
        let gaps = try #require(try fixture.salvage(path)?.survey.gaps)
        #expect(gaps.map(\.range) == [51...51])
        #expect(try fixture.copies() == wanted.filter { $0.first != 51 })
        let faults = gaps.flatMap(\.evidence).map(\.fault)
        #expect(faults.contains { $0.contains("does not match its checksum") })
        #expect(faults.contains { $0.contains("not part of the history") })
    }

    @Test func `a batch behind the end of a sound tree never was committed`() throws {
        try fixture.fill(30, size: 1)
        let before = try FileSystem.read(fixture.data)
        let witness = try FileSystem.read(fixture.journal + "/witness")
        do {
            let writer = try fixture.open()
            try fixture.append(1, size: 1, to: writer)
        }
        let after = try fixture.originals()
        // A kill before the meta page was written, and before the witness.
        try fixture.write(Array(before[..<8192]), to: fixture.data, at: 0)
        let later = try FileSystem.read(fixture.journal + "/witness")
        try fixture.write(witness, to: fixture.journal + "/witness", at: 0)
        let killed = try #require(try fixture.salvage())
        #expect(killed.head.sequence == 31)
        #expect(killed.survey.gaps == [])
        #expect(killed.survey.leftOut == 1)
        // With the witness of that commit the meta page is an older one: the batch was committed.
        try fixture.write(later, to: fixture.journal + "/witness", at: 0)
        let stale = try #require(try fixture.salvage())
        #expect(try fixture.copies() == after)
        #expect(stale.survey.gaps == [])
    }

    /// A candidate that stands in no file.
    private func candidate(
        _ first: UInt64,
        count: UInt32 = 1,
        epoch: UInt32 = 1,
        hash: UInt64,
        previous: UInt64
    ) -> Candidate {
        let header = BatchHeader(
            journalID: fixture.id,
            epoch: epoch,
            firstSequence: first,
            count: count,
            length: 200,
            commitTime: 1,
            previousHash: SHA256Digest(previous, 0, 0, 0)
        )
        let digest = SHA256Digest(hash, 0, 0, 0)
        return Candidate(header, hash: digest, offset: 0, journal: 0, file: 0)
    }

    @Test(arguments: 0..<200)
    func `a history with losses is found among batches of unfinished commits`(seed: UInt64) {
        var generator = SeededRandom(seed: seed)
        var history: [Candidate] = []
        var stale: [Candidate] = []
        var next: UInt64 = 1
        var previous: UInt64 = 0
        var epoch: UInt32 = 1
        for _ in 0..<generator.int(1...60) {
            if generator.chance(15) {
                // A commit that did not finish, and the start behind it.
                stale.append(
                    candidate(
                        next,
                        count: UInt32(generator.int(1...5)),
                        epoch: epoch,
                        hash: generator.next(),
                        previous: previous
                    )
                )
                epoch += 1
            }
            let batch = candidate(
                next,
                count: UInt32(generator.int(1...5)),
                epoch: epoch,
                hash: generator.next(),
                previous: previous
            )
            history.append(batch)
            next = batch.last + 1
            previous = batch.hash
        }
        let isComplete = generator.chance(30)
        let left = isComplete ? history : history.filter { _ in generator.chance(85) }
        let all = (left + stale).sorted { ($0.first, $0.hash) < ($1.first, $1.hash) }
        let runs = HistoryChoice.runs(among: all, witnessed: [:])
        let chosen = runs.flatMap { $0 }.map { all[Int($0)] }
        let hashes = Set(chosen.map(\.hash))
        if isComplete { #expect(chosen.map(\.hash) == history.map(\.hash), "seed \(seed)") }
        // What is left and can be told from the others is never given away.
        for (index, batch) in left.enumerated() {
            let isNamed = index + 1 < left.count && left[index + 1].follows(batch)
            if isNamed { #expect(hashes.contains(batch.hash), "seed \(seed)") }
        }
        for run in runs {
            for (before, after) in zip(run, run.dropFirst()) {
                #expect(all[Int(after)].follows(all[Int(before)]), "seed \(seed)")
            }
        }
        for (before, after) in zip(chosen, chosen.dropFirst()) {
            #expect(before.last < after.first && before.epoch <= after.epoch, "seed \(seed)")
        }
    }

    @Test func `a witness decides between two histories`() {
        let old = [
            candidate(1, hash: 1, previous: 0), candidate(2, hash: 2, previous: 1),
            candidate(3, hash: 3, previous: 2),
        ]
        let new = [
            candidate(2, epoch: 2, hash: 12, previous: 1),
            candidate(3, epoch: 2, hash: 13, previous: 12),
        ]
        let all = (old + new).sorted { ($0.first, $0.hash) < ($1.first, $1.hash) }
        func chosen(_ witnessed: [UInt64: Set<UInt64>]) -> [UInt64] {
            HistoryChoice.runs(among: all, witnessed: witnessed).flatMap { $0 }
                .map { all[Int($0)].hash }
        }
        #expect(chosen([:]) == [1, 12, 13])
        #expect(chosen([3: [3]]) == [1, 2, 3])
        #expect(chosen([3: [13]]) == [1, 12, 13])
    }
}
