internal import Journal
internal import Platform
internal import Trading

/// Shows what a journal is made of.
struct StatCommand: Command {
    static let syntax = CommandSyntax(
        verb: "stat",
        summary: "Shows sizes, counts per kind, rates, head, epochs and unclean stops."
    )

    private let isJSON: Bool

    init(_ options: CommandOptions) throws(UsageFailure) { isJSON = options.has("--json") }

    func run(_ context: CommandContext) throws -> Int32 {
        let statistics = try JournalStatistics(context.journal)
        if isJSON {
            try context.console.line(statistics.document.json)
        } else {
            for line in statistics.lines { try context.console.line(line) }
        }
        return 0
    }
}

/// Shows the segments of a journal.
struct SegmentsCommand: Command {
    static let syntax = CommandSyntax(
        verb: "segments",
        summary: "Shows the segments: first and last event, batches, bytes, whether sealed."
    )

    private let isJSON: Bool

    init(_ options: CommandOptions) throws(UsageFailure) { isJSON = options.has("--json") }

    func run(_ context: CommandContext) throws -> Int32 {
        let segments = try JournalStatistics(context.journal).segments
        if isJSON {
            let document: Document = ["segments": .list(segments.map(\.document))]
            try context.console.line(document.json)
            return 0
        }
        var rows = [["first", "last", "batches", "events", "bytes", "file", "stored", "state"]]
        for segment in segments {
            rows.append(
                [
                    "\(segment.first)", "\(segment.last)", "\(segment.batches)",
                    "\(segment.events)", "\(segment.bytes)", "\(segment.fileBytes)",
                    "\(segment.storedBytes)", segment.isSealed ? "sealed" : "open",
                ]
            )
        }
        for line in Text.table(rows, indent: "") { try context.console.line(line) }
        return 0
    }
}

extension JournalStatistics.Segment {
    /// The segment, field by field.
    var document: Document {
        [
            "first": .count(first), "last": .number(last), "batches": .count(batches),
            "events": .count(events), "bytes": .count(bytes), "fileBytes": .count(fileBytes),
            "storedBytes": .count(storedBytes), "sealed": .flag(isSealed), "path": .text(path),
        ]
    }
}

extension JournalStatistics {
    private var fileBytes: Int { segments.reduce(0) { $0 + $1.fileBytes } }

    /// Seconds of stamped time from the first event to the last.
    private var seconds: Decimal {
        Decimal(units: Int128(lastTime - (firstTime ?? lastTime)) * 1_000_000_000)
    }

    private var rate: Decimal {
        seconds.units == 0
            ? .zero : Decimal(Int(clamping: events)).divided(by: seconds, .halfEven)
    }

    private var eventsPerBatch: Decimal {
        batches == 0
            ? .zero
            : Decimal(Int(clamping: events)).divided(by: Decimal(Int(clamping: batches)), .halfEven)
    }

    /// Everything as a document.
    var document: Document {
        let sizes: Document = [
            "journal": .text(directory), "journalId": .text(journalID),
            "running": .flag(isWritten), "head": .count(head.sequence),
            "chainHash": .text(head.chainHash), "epoch": .count(head.epoch),
            "events": .count(events), "batches": .count(batches), "bytes": .count(bytes),
            "fileBytes": .count(fileBytes), "segments": .count(segments.count),
        ]
        let rates: Document = [
            "firstTime": .optional(firstTime.map { Timestamp(nanoseconds: $0) }),
            "lastTime": .text(Timestamp(nanoseconds: lastTime)),
            "eventsPerBatch": .text(eventsPerBatch.text(places: 2)),
            "eventsPerSecond": .text(rate.text(places: 3)),
            "uncleanStops": .count(uncleanStops),
        ]
        let lists: Document = [
            "kinds": .list(kinds.map { kind($0.name, $0.count) }),
            "epochs": .list(epochs.indices.map { epoch($0) }),
            "snapshots": .list(snapshots.map { snapshot($0.sequence, $0.bytes) }),
        ]
        return sizes.adding(rates).adding(lists)
    }

    private func kind(_ name: String, _ count: KindCount) -> Document {
        [
            "kind": .text(name), "count": .count(count.count),
            "payloadBytes": .count(count.bytes),
        ]
    }

    private func snapshot(_ sequence: UInt64, _ bytes: Int) -> Document {
        ["sequence": .count(sequence), "bytes": .count(bytes)]
    }

    private func epoch(_ place: Int) -> Document {
        let span = epochs[place]
        return [
            "epoch": .count(span.began.epoch.rawValue), "first": .count(span.first),
            "last": .count(span.last), "time": .text(span.time),
            "program": .text(span.began.program), "process": .count(span.began.process),
            "previousStop": .text(span.began.previousStop.name), "stop": .text(stop(place)),
        ]
    }

    /// Everything for people.
    var lines: [String] {
        let first = Timestamp(nanoseconds: firstTime ?? 0)
        let last = Timestamp(nanoseconds: lastTime)
        let taken = snapshots.map { "\($0.sequence) (\(Text.size($0.bytes)))" }
        var kindRows = [["kind", "events", "payload bytes"]]
        for (name, count) in kinds { kindRows.append([name, "\(count.count)", "\(count.bytes)"]) }
        var epochRows = [["epoch", "began", "first", "last", "stop", "program"]]
        for (place, span) in epochs.enumerated() {
            let end = [stop(place), span.began.program]
            epochRows.append(
                ["\(span.began.epoch)", "\(span.time)", "\(span.first)", "\(span.last)"] + end
            )
        }
        let sizes = "\(Text.size(bytes)) of batches, \(Text.size(fileBytes)) of files"
        let overview = [
            "journal    \(directory)",
            "id         \(journalID)",
            "writer     \(isWritten ? "running" : "none")",
            "head       \(head.sequence), epoch \(head.epoch), chain \(head.chainHash)",
            "events     \(events) in \(batches) batches, \(eventsPerBatch.text(places: 2)) each",
            "size       \(sizes), segments: \(segments.count)",
            "time       \(first) to \(last), \(rate.text(places: 3)) events a second",
            "snapshots  \(taken.isEmpty ? "none" : taken.joined(separator: ", "))",
            "unclean    stops: \(uncleanStops)",
        ]
        return overview + ["", "kinds:"] + Text.table(kindRows) + ["", "epochs:"]
            + Text.table(epochRows)
    }
}
