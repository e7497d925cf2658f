import Platform

@testable import Journal

/// Raw bytes in which batches are searched, with no tree to lead to them.
final class CarveDecoder: Decoder {
    private let path: String

    init(scratch: String) { path = scratch + "/data.mdb" }

    func take(_ bytes: [UInt8]) throws {
        try carve(bytes)
        var repaired = bytes
        Repair.batches(&repaired)
        try carve(repaired)
    }

    private func carve(_ bytes: [UInt8]) throws {
        let file = try File(path: path, mode: .replace)
        try file.write(bytes.span, at: 0)
        let survey = try SalvageSurvey(of: path)
        var contradiction: Contradiction?
        var place = 0
        var next: UInt64 = 1
        try survey.forEachBatch { (batch) throws(JournalError) in
            do throws(FormatFault) {
                try batch.check()
            } catch {
                contradiction = Contradiction("a salvaged batch is sound: \(error)")
            }
            let offset = survey.batch(place).offset
            let isThere =
                offset + batch.bytes.count <= bytes.count
                && (0..<batch.bytes.count).allSatisfy { batch.bytes[$0] == bytes[offset + $0] }
            if !isThere { contradiction = Contradiction("a batch lies where it is said") }
            if batch.header.firstSequence < next {
                contradiction = Contradiction("sequence numbers ascend")
            }
            next = batch.header.lastSequence + 1
            place += 1
            return .proceed
        }
        if let contradiction { throw contradiction }
        try require(place == survey.batches, "every batch is handed out")
        try look(at: survey)
    }

    /// Runs and gaps take turns, and evidence lies within the file.
    private func look(at survey: SalvageSurvey) throws {
        var next: UInt64 = 1
        var gaps = survey.gaps[...]
        for run in survey.runs {
            if run.first > next {
                let gap = gaps.popFirst()
                try require(
                    gap?.first == next && gap?.last == run.first - 1,
                    "a gap tells of every number that is missing"
                )
            }
            try require(run.first >= next && run.last >= run.first, "runs ascend")
            next = run.last + 1
        }
        try require(gaps.count <= 1, "one gap at most lies behind the last run")
        for gap in survey.gaps {
            for batch in gap.evidence {
                for event in batch.events {
                    try survey.withEvent(event, of: batch) { _ in }
                }
            }
        }
    }
}
