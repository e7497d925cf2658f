internal import Journal
internal import Platform
internal import Runtime
internal import Trading

/// Shows what a journal is made of.
struct StatCommand: Command {
    static let syntax = CommandSyntax(
        "stat",
        summary: "Shows sizes, counts per kind, rates, head, epochs and unclean stops.",
        discussion: """
            Of a damaged journal it counts what can be read, broken events too, says what is
            damaged, and exits with 1.
            """
    )

    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) { isJSON = options.has("json") }

    func run(_ context: CommandContext) throws -> Int32 {
        let overview = try JournalOverview(context)
        if isJSON {
            try context.console.line(overview.document.json)
        } else {
            for line in overview.lines { try context.console.line(line) }
        }
        return overview.statistics.tell(context.console)
    }
}

/// Shows the segments of a journal.
struct SegmentsCommand: Command {
    static let syntax = CommandSyntax(
        "segments",
        summary: "Shows the segments and their archives: first and last event, batches, bytes."
    )

    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) { isJSON = options.has("json") }

    func run(_ context: CommandContext) throws -> Int32 {
        let reader = try context.reader()
        let statistics = try JournalStatistics(of: reader)
        let segments = statistics.segments
        let last = segments.last?.first
        if isJSON {
            let list = segments.map { $0.document(isLast: $0.first == last) }
            let document: Document = ["segments": .list(list)]
            try context.console.line(document.json)
            return statistics.tell(context.console)
        }
        var rows = [["first", "last", "batches", "events", "bytes", "file", "state"]]
        for segment in segments {
            let counts = [segment.batches, segment.events, segment.batchBytes, segment.fileBytes]
            rows.append(
                ["\(segment.first)", segment.last.map { "\($0)" } ?? "-"]
                    + counts.map { "\($0)" } + [segment.state(isLast: segment.first == last)]
            )
        }
        for line in Text.table(rows, indent: "") { try context.console.line(line) }
        return statistics.tell(context.console)
    }
}

extension JournalStatistics {
    /// Says what was wrong while counting.
    ///
    /// - Returns: The exit status.
    fileprivate func tell(_ console: Console) -> Int32 {
        for fault in faults { console.message("\(fault)") }
        return faults.isEmpty ? 0 : 1
    }
}

extension JournalStatistics.Segment {
    /// Whether it is written, sealed, or in an archive.
    func state(isLast: Bool) -> String {
        archive != nil ? "archived" : isLast ? "open" : "sealed"
    }

    /// The segment, field by field.
    func document(isLast: Bool) -> Document {
        [
            "first": .count(first), "last": .number(last), "batches": .count(batches),
            "events": .count(events), "bytes": .count(batchBytes),
            "fileBytes": .count(fileBytes), "sealed": .flag(archive != nil || !isLast),
            "archive": .optional(archive),
        ]
    }
}

extension JournalOverview {
    /// Seconds of stamped time from the first event to the last.
    private var seconds: Decimal {
        Decimal(units: Int128((lastTime - (firstTime ?? lastTime)).nanoseconds) * 1_000_000_000)
    }

    private var rate: Decimal {
        seconds.units == 0
            ? .zero : Decimal(events).divided(by: seconds, .halfEven)
    }

    private var eventsPerBatch: Decimal {
        batches == 0
            ? .zero
            : Decimal(events).divided(by: Decimal(batches), .halfEven)
    }

    /// Everything as a document.
    var document: Document {
        let head = statistics.head
        let sizes: Document = [
            "journal": .text(directory), "journalId": .text(journalID),
            "running": .flag(isWritten), "head": .count(head.sequence),
            "chainHash": .text(head.chainHash), "epoch": .count(head.epoch),
            "events": .count(events), "batches": .count(batches), "bytes": .count(bytes),
            "fileBytes": .count(fileBytes), "segments": .count(segments.count),
            "archives": .count(archives.count),
        ]
        let rates: Document = [
            "firstTime": .optional(firstTime),
            "lastTime": .text(lastTime),
            "eventsPerBatch": .text(eventsPerBatch.text(places: 2)),
            "eventsPerSecond": .text(rate.text(places: 3)),
            "uncleanStops": .count(uncleanStops),
        ]
        let lists: Document = [
            "kinds": .list(kinds.map { kind($0.name, $0.count, $0.bytes) }),
            "epochs": .list(epochs.indices.map { epoch($0) }),
            "snapshots": .list(snapshots.map { snapshot($0.sequence, $0.bytes) }),
            "restores": .list(restores.map { restore($0.sequence, $0.time, $0.event) }),
        ]
        return sizes.adding(rates).adding(lists)
    }

    private func kind(_ name: String, _ count: Int, _ bytes: Int) -> Document {
        [
            "kind": .text(name), "count": .count(count), "payloadBytes": .count(bytes),
        ]
    }

    private func snapshot(_ sequence: UInt64, _ bytes: Int) -> Document {
        ["sequence": .count(sequence), "bytes": .count(bytes)]
    }

    private func restore(
        _ sequence: UInt64,
        _ time: Timestamp,
        _ event: JournalRestored
    ) -> Document {
        [
            "sequence": .count(sequence), "time": .text(time), "by": .text(event.by),
            "reason": .text(event.reason), "source": .text(event.source),
            "lostUpTo": .number(event.lostUpTo.rawValue),
        ]
    }

    private func epoch(_ place: Int) -> Document {
        let span = epochs[place]
        return [
            "epoch": .count(span.began.epoch.rawValue), "first": .count(span.first),
            "last": .count(span.last), "time": .text(span.time),
            "program": .text(span.began.program), "process": .count(span.began.process),
            "previousStop": .text(span.began.previousStop.name), "stop": .text(stop(place)),
            "commits": span.commits.count == 0 ? .null : span.commits.document,
        ]
    }

    /// What of the journal is in archives; nothing where nothing is.
    private var archiveLines: [String] {
        guard let first = archives.first, let last = archives.last else { return [] }
        let bytes = archives.reduce(0) { $0 + $1.fileBytes }
        return [
            "archives   \(archives.count), events \(first.first) to \(last.last ?? 0), "
                + "\(Text.size(bytes))"
        ]
    }

    /// Everything for people.
    var lines: [String] {
        let head = statistics.head
        let first = firstTime ?? .never
        let taken = snapshots.map { "\($0.sequence) (\(Text.size($0.bytes)))" }
        var kindRows = [["kind", "events", "payload bytes"]]
        for kind in kinds { kindRows.append([kind.name, "\(kind.count)", "\(kind.bytes)"]) }
        var epochRows = [["epoch", "began", "first", "last", "stop", "program"]]
        var commitRows = [["epoch", "commits", "median", "99 %", "longest"]]
        for (place, span) in epochs.enumerated() {
            let epoch = "\(span.began.epoch)"
            let end = [stop(place), span.began.program]
            epochRows.append([epoch, "\(span.time)", "\(span.first)", "\(span.last)"] + end)
            let times = span.commits
            if times.count == 0 { continue }
            let lengths = [times.median, times.percentile99, times.longest].map(\.milliseconds)
            commitRows.append([epoch, "\(times.count)"] + lengths)
        }
        let commits = commitRows.count == 1 ? ["  not measured"] : Text.table(commitRows)
        let sizes = "\(Text.size(bytes)) of batches, \(Text.size(fileBytes)) of files"
        let perBatch = eventsPerBatch.text(places: 2)
        let overview =
            [
                "journal    \(directory)",
                "id         \(journalID)",
                "writer     \(isWritten ? "running" : "none")",
                "head       \(head.sequence), epoch \(head.epoch), chain \(head.chainHash)",
                "events     \(events) in \(batches) batches, \(perBatch) each",
                "size       \(sizes), segments: \(segments.count)",
                "time       \(first) to \(lastTime), \(rate.text(places: 3)) events a second",
                "snapshots  \(taken.isEmpty ? "none" : taken.joined(separator: ", "))",
                "unclean    stops: \(uncleanStops)",
            ]
            + restores.map { place, time, event in
                let lost = event.lostUpTo.rawValue
                return
                    "restored   by event \(place), \(time), from \(event.source) by \(event.by): "
                    + event.reason + (lost == 0 ? "" : "; what came after up to \(lost) is lost")
            }
            + archiveLines
        return overview + ["", "kinds:"] + Text.table(kindRows) + ["", "epochs:"]
            + Text.table(epochRows) + ["", "commits, in milliseconds:"] + commits
    }
}
