internal import Journal

/// What a compaction did, for people and for programs.
struct CompactionReport {
    let outcome: Compaction.Outcome

    func print(to console: Console, isJSON: Bool) throws {
        if isJSON {
            try console.line(document.json)
            return
        }
        try console.line("snapshot at \(outcome.snapshot)")
        for removed in outcome.removed { try console.line(line(removed)) }
        if outcome.removed.isEmpty { try console.line("no segment is old enough to be taken out") }
        try console.line("head \(outcome.head); the segments begin with event \(outcome.begin)")
    }

    private func line(_ removed: Compaction.Removed) -> String {
        let range = "events \(removed.removal.first) to \(removed.removal.last)"
        guard let entry = removed.entry, let archive = outcome.archive else {
            return "removed \(range), without a copy"
        }
        return "archived \(range) as \(entry.name) in \(archive), "
            + "\(Text.size(entry.fileBytes)) of \(Text.size(entry.bytes))"
    }

    private var document: Document {
        [
            "snapshot": .count(outcome.snapshot), "head": .count(outcome.head),
            "firstSequence": .count(outcome.begin), "archive": .optional(outcome.archive),
            "removed": .list(outcome.removed.map(document)),
        ]
    }

    private func document(_ removed: Compaction.Removed) -> Document {
        let removal = removed.removal
        let range: Document = [
            "first": .count(removal.first), "last": .count(removal.last),
            "chainHash": .text(removal.chainHash),
        ]
        guard let entry = removed.entry else { return range.adding(["file": .null]) }
        return range.adding([
            "file": .text(entry.name), "sha256": .text(entry.fileHash),
            "batches": .count(entry.batches), "events": .count(entry.events),
            "bytes": .count(entry.bytes), "fileBytes": .count(entry.fileBytes),
        ])
    }
}
