internal import Journal
internal import Platform
internal import Runtime
internal import Trading

/// Packs what another person needs to look into a journal, without secrets.
struct BundleCommand: Command {
    static let syntax = CommandSyntax(
        "bundle",
        summary: "Packs tail, snapshot, findings, configuration and log into one file.",
        discussion: """
            The file is a tar archive compressed with zstd, and can be named with --journal. Its
            texts are redacted; the journal's bytes are packed as they are, and nothing is packed
            where they hold what looks like a secret. Of a damaged journal the files are packed as
            they were found. Exits with 1 where the journal has findings, or nothing was packed.
            """,
        options: [
            OptionSyntax("from", "SEQ", .integer(1...Int.max), summary: "the part from this event"),
            OptionSyntax("since", "TIME", summary: "the part from this moment"),
            .flag("whole", summary: "the whole journal"),
            .flag("without-journal", summary: "everything but the journal's bytes"),
            OptionSyntax(
                "config",
                "FILE",
                summary: "the configuration: where the log is and what is secret; not packed"
            ),
            OptionSyntax("log", "PATH", summary: "the log, where it is not the configured one"),
            OptionSyntax(
                "minutes",
                "N",
                .integer(0...100_000),
                summary: "how much of the log (10)"
            ),
            OptionSyntax("state-directory", "DIR", summary: "the directory of the outer witness"),
        ],
        positionals: [PositionalSyntax("FILE", summary: "the bundle to make")]
    )

    private let target: String
    private let from: UInt64?
    private let since: Timestamp?
    private let isWhole: Bool
    private let leavesJournalOut: Bool
    private let configuration: String?
    private let log: String?
    private let minutes: Int
    private let stateDirectory: String?
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        target = options.positionals.first ?? ""
        from = options.integer("from").map { UInt64($0) }
        if let text = options.text("since") {
            guard let time = Timestamp(text) else {
                throw UsageMistake(
                    "--since needs a time as 2024-07-23T15:45:00Z, found \"\(text)\""
                )
            }
            since = time
        } else {
            since = nil
        }
        isWhole = options.has("whole")
        leavesJournalOut = options.has("without-journal")
        configuration = options.text("config")
        log = options.text("log")
        minutes = options.integer("minutes") ?? 10
        stateDirectory = options.text("state-directory")
        isJSON = options.has("json")
        let parts = [from != nil, since != nil, isWhole, leavesJournalOut].count { $0 }
        guard parts <= 1 else {
            throw UsageMistake("--from, --since, --whole and --without-journal exclude each other")
        }
    }

    func run(_ context: CommandContext) throws -> Int32 {
        guard try FileSystem.status(target) == nil else {
            throw CommandFailure(1, "bundle: \(target) is there already; name another file")
        }
        try context.requireApart(target, "bundle")
        var request = BundleRequest(
            part: try part(context),
            logSpan: TimeSpan(seconds: Int64(minutes) * 60)
        )
        request.leavesJournalOut = leavesJournalOut
        request.configurationFile = configuration
        request.log = log
        request.stateDirectory = stateDirectory
        let room = target + ".new"
        try requireOurs(room)
        try FileSystem.removeTree(room)
        try FileSystem.createDirectory(room, permissions: 0o700)
        let files = room + "/files"
        let maker = BundleMaker(context, request, room: files)
        let manifest: BundleManifest
        do {
            try FileSystem.createDirectory(files)
            manifest = try maker.make(room + "/bundle")
            try FileSystem.rename(room + "/bundle", to: target)
            try FileSystem.syncDirectory(FileSystem.parent(of: target))
        } catch {
            context.console.clearProgress()
            try FileSystem.removeTree(room)
            throw error
        }
        try FileSystem.removeTree(room)
        context.console.clearProgress()
        try print(manifest, context.console)
        return maker.hasFindings ? 1 : 0
    }

    /// Refuses to remove what no interrupted bundle left.
    private func requireOurs(_ room: String) throws {
        guard let found = try FileSystem.status(room) else { return }
        let names = found.isDirectory ? try FileSystem.list(room) : [room]
        guard names.allSatisfy({ $0 == "files" || $0 == "bundle" }) else {
            throw CommandFailure(1, "bundle: \(room) is in the way; rename it or name another file")
        }
    }

    /// The part of the journal, as the options say.
    private func part(_ context: CommandContext) throws -> JournalExtract.Part {
        if isWhole { return .whole }
        if let from { return .from(from) }
        guard let since else { return .tail }
        let reader = try context.reader()
        let first = try reader.firstSequence()
        var found: UInt64?
        try reader.forEachBatch(from: first) { batch in
            batch.forEachEvent { event in
                if found == nil, event.time >= since.nanoseconds { found = event.sequence }
            }
            return found == nil ? .proceed : .stop
        }
        // Where all that is there came since, what is not there may have come since as well.
        if found == first { return .whole }
        return .from(try found ?? reader.head().sequence)
    }

    private func print(_ manifest: BundleManifest, _ console: Console) throws {
        let bytes = try FileSystem.status(target)?.size ?? 0
        for remark in manifest.remarks { console.message(remark) }
        if isJSON {
            let document: Document = ["bundle": .text(target), "bytes": .count(bytes)]
            try console.line(document.adding(manifest.document).json)
            return
        }
        let end = manifest.head.map { "events \(manifest.first) to \($0)" } ?? "no event"
        try console.line(
            "\(target): \(Text.size(bytes)), "
                + (leavesJournalOut ? "without the journal" : end)
                + (manifest.isRaw ? ", files as they were found" : "")
                + ", \(manifest.redactions) texts redacted"
        )
        for member in manifest.members {
            try console.line("  \(Text.left(member.name, 52))  \(Text.size(member.bytes))")
        }
    }
}
