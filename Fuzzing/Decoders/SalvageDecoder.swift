import Digests
import Platform

@testable import Journal

/// What is left of a journal: raw bytes with batches in them, a witness, names of snapshots.
///
/// The first bytes say what stands beside the file: 0 which of them, 1 how far the journal is
/// copied; 2 to 9 what the witness and a snapshot name as the end.
final class SalvageDecoder: Decoder {
    private let scratch: String
    private var journal: String { scratch + "/journal" }
    private var target: String { scratch + "/salvaged" }

    init(scratch: String) { self.scratch = scratch }

    func take(_ bytes: [UInt8]) throws {
        guard bytes.count >= 10 else { return }
        let layout = JournalLayout(directory: journal)
        try FileSystem.removeTree(journal)
        let segment = layout.segment(bytes[0] & 8 == 0 ? 1 : UInt64(bytes[2]) + 1)
        try FileSystem.createDirectories(segment)
        let named = Repair.uint64(bytes, at: 2)
        if bytes[0] & 1 != 0 { try writeWitness(named, to: layout.witness) }
        if bytes[0] & 2 != 0 {
            try FileSystem.createDirectories(layout.snapshots)
            let name = JournalLayout.name(named) + ".snapshot"
            _ = try File(path: layout.snapshots + "/" + name, mode: .create)
        }
        if bytes[0] & 4 != 0 { try FileSystem.createDirectories(layout.segment(named)) }
        var data = Array(bytes[10...])
        Repair.batches(&data)
        let file = try File(path: segment + "/data.mdb", mode: .replace)
        try file.write(data.span, at: 0)
        do {
            let survey = try SalvageSurvey(of: journal)
            try check(survey)
            if bytes[1] & 7 == 0 { try copy(survey) }
        } catch {
            guard error is JournalError else { throw error }
            try require(!"\(error)".isEmpty, "a refusal has words")
        }
    }

    private func writeWitness(_ sequence: UInt64, to path: String) throws {
        let slot = WitnessSlot(
            journalID: JournalID(low: 0, high: 0),
            epoch: 1,
            sequence: sequence,
            chainHash: .zero,
            counter: 1,
            home: JournalID(low: 0, high: 0)
        )
        var buffer = ByteBuffer(capacity: 2 * WitnessSlot.length)
        slot.encode(into: &buffer)
        let file = try File(path: path, mode: .replace)
        try file.write(buffer.bytes, at: 0)
    }

    private func check(_ survey: SalvageSurvey) throws(Contradiction) {
        for (one, next) in zip(survey.runs, survey.runs.dropFirst()) {
            try require(one.last < next.first, "runs ascend")
        }
        for (one, next) in zip(survey.gaps, survey.gaps.dropFirst()) {
            try require(one.last < next.first, "gaps ascend")
        }
        for gap in survey.gaps {
            try require(gap.first <= gap.last, "a gap is not empty")
            for run in survey.runs {
                try require(
                    gap.last < run.first || gap.first > run.last,
                    "what is missing is not there"
                )
            }
        }
    }

    /// Copies what is intact, and verifies the copy.
    private func copy(_ survey: SalvageSurvey) throws {
        try FileSystem.removeTree(target)
        guard let outcome = try Salvage.run(journal, to: target, segmentLimit: 1 << 20) else {
            return try require(survey.runs.isEmpty, "what is intact is copied")
        }
        var options = VerifierOptions()
        options.scan = .inProcess
        let report = try Verifier.verify(target, options: options)
        let source = try Verifier.verify(journal, options: options)
        let isWhole = survey.gaps.isEmpty && survey.findings.isEmpty && !source.hasDamage
        try require(
            !isWhole || !report.hasDamage,
            "a whole copy is sound: \(report.findings.first.map { "\($0)" } ?? "")"
        )
        try require(report.events == survey.events, "what is copied is what was found")
        try require(outcome.head.sequence == survey.runs.last?.last, "the head is the last event")
    }
}

extension Repair {
    /// Makes every batch right that begins somewhere in the bytes.
    static func batches(_ bytes: inout [UInt8]) {
        let front = Array("HFBATCH\n".utf8)
        var start = 0
        while start + 128 <= bytes.count {
            guard bytes[start] == front[0], bytes[start..<(start + 8)].elementsEqual(front) else {
                start += 2
                continue
            }
            let length = Int(uint32(bytes, at: start + 44))
            let end = min(bytes.count, start + max(length & 0xFFFF, 128))
            if let batch = batch(Array(bytes[start..<end])) {
                bytes.replaceSubrange(start..<(start + batch.count), with: batch)
            }
            start += 2
        }
    }
}
