internal import Journal
internal import Platform
internal import Runtime
internal import Trading

/// Makes a new journal of what is intact in a damaged one.
struct SalvageCommand: Command {
    static let syntax = CommandSyntax(
        "salvage",
        summary: "Copies what is intact in a damaged journal into a new one.",
        discussion: """
            --journal names a journal, what is left of its directory, a lone data.mdb, or a
            bundle. Every intact batch is found in the raw bytes and copied byte for byte; what is missing
            stands in gaps.json of the new journal. The source is not changed. Exits with 0 when
            nothing is lost, 1 when something is, 2 when nothing can be read.
            """,
        options: [
            OptionSyntax(
                "to",
                "DIR",
                isRequired: true,
                summary: "the new journal; nothing must be there yet"
            )
        ]
    )

    static let takes = JournalNeed.path

    private let target: String
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        target = options.text("to") ?? ""
        isJSON = options.has("json")
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let console = context.console
        let begun = Clock.monotonic()
        let outcome = try Salvage.run(context.journal, to: target) { step in
            switch step {
            case .searching(let done, let total):
                console.progress("searched \(Text.size(done)) of \(Text.size(total))")
            case .copying(let done, let total):
                console.progress("copied \(done) of \(total) events")
            }
        }
        console.clearProgress()
        guard let outcome else {
            throw CommandFailure(
                2,
                "\(context.journal) holds no intact batch; nothing was made"
            )
        }
        let elapsed = Clock.monotonic() - begun
        if isJSON {
            try console.line(outcome.document(elapsed).json)
        } else {
            for line in outcome.lines(elapsed) { try console.line(line) }
        }
        return outcome.isComplete ? 0 : 1
    }
}

extension Salvage.Outcome {
    /// Whether nothing was lost.
    fileprivate var isComplete: Bool {
        survey.gaps.isEmpty && survey.findings.isEmpty && hasArchivePlaces
    }

    private static func seconds(_ elapsed: Int64) -> String {
        Decimal(units: Int128(elapsed) * 1_000_000_000).text(places: 6)
    }

    fileprivate func document(_ elapsed: Int64) -> Document {
        let runs = survey.runs.map { run -> Document in
            [
                "first": .count(run.first), "last": .count(run.last),
                "batches": .count(run.batches),
            ]
        }
        let foreign = survey.foreign.map { other -> Document in
            [
                "journalId": .text(other.journalID), "batches": .count(other.batches),
                "first": .count(other.first), "last": .count(other.last),
            ]
        }
        return [
            "complete": .flag(isComplete), "source": .text(survey.source),
            "target": .text(target), "journalId": .optional(survey.journalID),
            "head": .count(head.sequence), "chainHash": .text(head.chainHash),
            "endKnown": .flag(survey.isEndKnown),
            "events": .count(survey.events), "batches": .count(survey.batches),
            "segments": .list(segments.map { .count($0) }), "runs": .list(runs),
            "gaps": .list(survey.gaps.map(\.document)), "foreign": .list(foreign),
            "duplicates": .count(survey.duplicates), "leftOut": .count(survey.leftOut),
            "snapshots": .list(snapshots.map { .count($0) }),
            "snapshotBehindGaps": .number(snapshotBehindGaps),
            "archivePlacesKept": .flag(hasArchivePlaces),
            "findings": .list(survey.findings.map(\.document)),
            "bytesRead": .count(survey.bytesRead), "seconds": .text(Self.seconds(elapsed)),
        ]
    }

    fileprivate func lines(_ elapsed: Int64) -> [String] {
        let runs = survey.runs.prefix(10).map { "\($0.first)…\($0.last)" }
        let more = survey.runs.count - runs.count
        let ranges = runs.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
        var lines = [
            "\(isComplete ? "complete" : "incomplete"): \(survey.events) events in "
                + "\(survey.batches) batches copied to \(target)",
            "journal    \(survey.journalID.map { "\($0)" } ?? "")",
            "head       \(head.sequence), chain \(head.chainHash)"
                + (survey.isEndKnown ? "" : "; nothing else tells whether more followed"),
            "events     \(ranges)",
            "segments   \(segments.count)",
            "snapshots  \(snapshots.isEmpty ? "none" : Self.list(snapshots))",
            "searched   \(Text.size(survey.bytesRead)) in \(Self.seconds(elapsed)) s with all else",
            "besides    copies of batches: \(survey.duplicates), "
                + "batches of no part of the history: \(survey.leftOut)",
        ]
        for other in survey.foreign {
            lines.append(
                "foreign    journal \(other.journalID): \(other.batches) batches, events "
                    + "\(other.first)…\(other.last), left where they are"
            )
        }
        if !hasArchivePlaces {
            lines.append("archives   the file that should list their places is none; left out")
        }
        for finding in survey.findings { lines.append("\(finding)") }
        for gap in survey.gaps { lines += gap.lines }
        if let snapshotBehindGaps {
            lines.append(
                "a good snapshot at \(snapshotBehindGaps) lies behind the last gap; an engine "
                    + "goes on from it only after a person has decided so"
            )
        }
        return lines
    }

    private static func list(_ numbers: [UInt64]) -> String {
        numbers.map { "\($0)" }.joined(separator: ", ")
    }
}

extension JournalGap {
    /// The gap and what is left of it, for people.
    fileprivate var lines: [String] {
        var lines = ["gap        \(self)"]
        for batch in evidence {
            lines.append(
                "  \(batch.path) at byte \(batch.offset): \(batch.fault); intact events: "
                    + "\(batch.intactEvents)"
            )
            for event in batch.events.prefix(20) { lines.append("    \(event.words)") }
            let more = batch.intactEvents - min(20, batch.events.count)
            if more > 0 { lines.append("    … and \(more) more") }
        }
        return lines
    }

    /// The gap, field by field.
    var document: Document {
        [
            "first": .count(first), "last": .count(last), "isOpen": .flag(isOpen),
            "found": .text(found), "evidence": .list(evidence.map(\.document)),
        ]
    }
}

extension JournalGap.Evidence {
    fileprivate var document: Document {
        [
            "path": .text(path), "offset": .count(offset),
            "length": length.map { .count($0) } ?? .null, "first": .number(first),
            "last": .number(last), "fault": .text(fault), "intactEvents": .count(intactEvents),
            "events": .list(events.map(\.document)),
        ]
    }
}

extension JournalGap.Event {
    private var name: String { EventKind(rawValue: kind)?.name ?? "kind\(kind)" }

    fileprivate var words: String {
        let number = sequence.map { "\($0)" } ?? "?"
        return "\(number)  \(Timestamp(nanoseconds: time))  \(name)"
    }

    fileprivate var document: Document {
        [
            "sequence": .number(sequence), "kind": .text(name), "version": .count(version),
            "time": .text(Timestamp(nanoseconds: time)), "trace": .count(trace),
            "cause": .count(cause), "offset": .count(offset), "length": .count(length),
        ]
    }
}
