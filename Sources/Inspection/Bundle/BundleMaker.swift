internal import Digests
internal import Journal
internal import Platform
internal import Projections
internal import Runtime
internal import Trading

/// Packs what another person needs to see what happened: nothing that is secret.
final class BundleMaker {
    private let context: CommandContext
    private let request: BundleRequest
    /// Where files are gathered before they are packed.
    private let room: String
    private let made = Timestamp(nanoseconds: Clock.wall())
    private var members: [BundleMember] = []
    private var redactor = Redactor([], home: nil, host: nil)
    private var redactions = 0
    private var remarks: [String] = []
    /// Whether a verification of the journal found more than notes.
    private(set) var hasFindings = false

    /// Makes a maker that gathers in `room`, an empty directory that only this user may enter.
    init(_ context: CommandContext, _ request: BundleRequest, room: String) {
        self.context = context
        self.request = request
        self.room = room
    }

    /// Gathers everything and packs it into `path`.
    ///
    /// - Throws: ``CommandFailure`` with 1 where the journal's bytes hold a secret; what reading
    ///   and writing throws.
    func make(_ path: String) throws -> BundleManifest {
        let verification = try Verification(context, stateDirectory: request.stateDirectory)
        hasFindings = verification.hasFindings
        let configuration = try journaledConfiguration(isRaw: verification.report.hasDamage)
        try learnSecrets(configuration)
        try put(BundleMember.findings, Array((verification.document.json + "\n").utf8))
        try put(BundleMember.machine, Array((machine().json + "\n").utf8))
        if let configuration {
            try put(BundleMember.configuration, Array(configuration.utf8), isForeign: true)
        }
        try putLog()
        let extract = try request.leavesJournalOut ? nil : copyJournal(verification)
        let report = verification.report
        // Beside an engine the journal has grown since it was verified.
        let head = extract?.head ?? report.head
        let manifest = BundleManifest(
            made: "\(made)",
            program: "\(context.settings.program) \(context.settings.version)",
            journalID: report.journalID.map { "\($0)" } ?? "",
            first: extract?.first ?? 1,
            head: head?.sequence,
            chainHash: head.map { "\($0.chainHash)" } ?? "",
            snapshot: extract?.snapshot,
            isRaw: extract?.isRaw ?? false,
            unreadableBytes: extract?.unreadableBytes ?? 0,
            redactions: redactions,
            remarks: remarks,
            members: members
        )
        try pack(manifest, into: path)
        return manifest
    }

    private func pack(_ manifest: BundleManifest, into path: String) throws {
        context.console.progress("packing")
        var writer = try BundleWriter(creating: path, time: made.nanoseconds)
        let text = Array((manifest.document.json + "\n").utf8)
        try writer.add(BundleMember.manifest, redactor.redact(text, isForeign: false).text)
        for member in members { try writer.add(member, from: room + "/" + member.name) }
        try writer.finish()
        try FileSystem.setPermissions(path, to: 0o600)
    }

    /// Puts a text into the bundle, redacted.
    private func put(_ name: String, _ text: [UInt8], isForeign: Bool = false) throws {
        let (clean, count) = redactor.redact(
            isForeign ? text : withoutPlace(text),
            isForeign: isForeign
        )
        redactions += count
        let path = room + "/" + name
        let file = try File(path: path, mode: .createNew, permissions: 0o600)
        try file.write(clean.span, at: 0)
        members.append(try BundleMember(name, file: path))
    }

    /// The text with the journal called so wherever its path stands as a path of its own.
    private func withoutPlace(_ text: [UInt8]) -> [UInt8] {
        var clean: [UInt8] = []
        var end = 0
        let place = Array(context.journal.utf8)
        let edges = Array("\" ():,/".utf8)
        var start = 0
        while let found = text.span.firstOffset(of: place.span, from: start) {
            start = found + place.count
            let isApart =
                found > 0 && edges.dropLast().contains(text[found - 1])
                && start < text.count && edges.contains(text[start])
            guard isApart else { continue }
            clean += text[end..<found] + Array(BundleMember.journal.utf8)
            end = start
        }
        return clean + text[end...]
    }

    private func machine() throws -> Document {
        let kind = try FileSystemKind(at: context.journal)
        let place: Document = [
            "fileSystem": .text(kind.name), "trust": .text("\(kind.trust)"),
            "freeBytes": .count(kind.freeBytes),
        ]
        let isWritten = try LockFile.isHeld(context.journal + "/writer.lock")
        return [
            "program": .text(context.settings.program),
            "version": .text(context.settings.version), "build": .text(Self.build),
            "kernel": .text(Machine.kernel), "architecture": .text(Machine.architecture),
            "processors": .count(Machine.processors), "memoryBytes": .count(Machine.memory),
            "clock": .text(made), "engineRunning": .flag(isWritten), "journal": place,
        ]
    }

    private static var build: String {
        #if DEBUG
            "debug"
        #else
            "release"
        #endif
    }
}

extension BundleMaker {
    /// The canonical text of the configuration that was in force last; where there is none at
    /// hand, a remark says so.
    ///
    /// Of a damaged journal it is looked for in what can still be read.
    private func journaledConfiguration(isRaw: Bool) throws -> String? {
        let codec = EventCodec()
        var text: String?
        func look(_ batch: BatchView) {
            batch.forEachEvent { view in
                guard view.kind == EventKind.configurationApplied.rawValue else { return }
                do throws(ReplayFailure) {
                    if case .configurationApplied(let it) = try Replay.envelope(view, codec).event {
                        text = it.text
                    }
                } catch {
                    return  // it is evidence where it lies, and cannot be read here
                }
            }
        }
        var problem = "the journal holds no configuration"
        if isRaw {
            try SalvageSurvey(of: context.journal).forEachBatch { batch in
                look(batch)
                return .proceed
            }
            problem += " that can be read: \(Self.unknown)"
        } else {
            let reader = try context.reader()
            let first = try reader.firstSequence()
            try reader.forEachBatch(from: first) { batch in
                look(batch)
                return .proceed
            }
            if first > 1 { problem = "the configuration is archived: \(Self.unknown)" }
        }
        if let found = try text ?? context.source.configuration() { return found }
        remarks.append(problem)
        return nil
    }

    private static let unknown = "what it names as secret is not known"

    /// Learns what must not leave: what configurations name, and what the environment holds.
    private func learnSecrets(_ journaled: String?) throws {
        var finder = SecretFinder()
        finder.takeEnvironment()
        if let journaled { try finder.take(named: texts(journaled), relativeTo: nil) }
        if let file = request.configurationFile {
            let bytes = try FileSystem.read(file, limit: 4 << 20)
            let text = String(decoding: bytes, as: UTF8.self)
            let directory = file.contains("/") ? FileSystem.parent(of: file) : ""
            try finder.take(named: texts(text), relativeTo: directory)
        }
        redactor = Redactor(
            finder.secrets,
            home: CurrentProcess.environment("HOME"),
            host: Machine.hostName
        )
    }

    /// Every text of a configuration; none where it cannot be read, which is said.
    private func texts(_ text: String) -> [String] {
        if let texts = Configuration.texts(in: Array(text.utf8)) { return texts }
        remarks.append("a configuration could not be read: \(Self.unknown)")
        return []
    }

    private func putLog() throws {
        var path = request.log
        if path == nil, let file = request.configurationFile {
            do throws(ConfigurationFailure) {
                path = try Configuration(readingFrom: file).log.directory?.resolved
            } catch {
                remarks.append("the configuration file is not in order: \(error)")
            }
        }
        let isNamed = path != nil
        let place = path ?? RunLog.directory(beside: context.journal)
        let files = try RunLog.files(at: place)
        guard !files.isEmpty else {
            remarks.append(
                isNamed
                    ? "there is no log at the path that was named"
                    : "no log: name it with --log, or the configuration with --config"
            )
            return
        }
        let tail = try LogTail(files, last: request.logSpan)
        if tail.isCut { remarks.append("the log of these minutes is longer; its beginning is cut") }
        try put(BundleMember.log, tail.bytes, isForeign: true)
    }

    /// Copies the journal's part, and makes sure that its bytes hold no secret.
    private func copyJournal(_ verification: Verification) throws -> JournalExtract {
        let console = context.console
        let target = room + "/" + BundleMember.journal
        let extract: JournalExtract
        if verification.report.hasDamage {
            let damaged = verification.findings.filter { $0.severity == .damage }.map(\.path)
            extract = try JournalExtract.copyRaw(
                context.journal,
                request.part,
                damaged: damaged,
                to: target
            )
            remarks.append("the journal is damaged; its files are packed as they were found")
            if extract.first > 1, request.part != .tail {
                remarks.append("what came before event \(extract.first) is not packed")
            }
            for path in extract.leftOut {
                remarks.append("\(FileSystem.name(of: path)) is too large and was left out")
            }
        } else {
            extract = try JournalExtract.copy(
                context.journal,
                request.part,
                archives: context.archives,
                to: target
            ) { console.progress("copying event \($0)") }
        }
        for path in try files(in: target) { try add(String(path.dropFirst(room.utf8.count + 1))) }
        return extract
    }

    /// Adds a file of the journal; locks and what else is no part of a bundle is left out.
    private func add(_ name: String) throws {
        switch BundleMember.kind(name) {
        case nil: return
        case .text:
            let text = try FileSystem.read(room + "/" + name)
            try FileSystem.removeFile(room + "/" + name)
            try put(name, text)
        case .binary:
            if let place = try redactor.firstSecret(inFile: room + "/" + name) {
                throw CommandFailure(
                    1,
                    "bundle: nothing was packed: \(name) holds at byte \(place) what looks like a "
                        + "secret, and the journal's bytes stay as they are. Give "
                        + "--without-journal to pack the rest, and renew the key"
                )
            }
            members.append(try BundleMember(name, file: room + "/" + name))
        }
    }

    private func files(in directory: String) throws(PlatformError) -> [String] {
        var found: [String] = []
        guard try FileSystem.status(directory) != nil else { return [] }
        for name in try FileSystem.list(directory) {
            let path = directory + "/" + name
            if try FileSystem.status(path)?.isDirectory == true {
                found += try files(in: path)
            } else {
                found.append(path)
            }
        }
        return found
    }
}
