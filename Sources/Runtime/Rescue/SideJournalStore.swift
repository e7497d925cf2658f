internal import Journal
internal import Platform
internal import Trading

/// Where the side journals of a journal are: beside its outer witness, outside of the journal.
struct SideJournalStore {
    /// The directory; it is made with the first side journal.
    let directory: String
    private let journal: JournalID

    /// How the name of a file ends that waits, and of one that was imported.
    private static let waiting = ".side"
    private static let imported = ".imported"

    /// Names the place.
    init(stateDirectory: String, journal: JournalID) {
        self.journal = journal
        directory = "\(stateDirectory)/\(journal).rescue"
    }

    /// Whether any waits to be imported; where that cannot be seen, one does.
    var hasPending: Bool {
        do throws(PlatformError) {
            guard try FileSystem.status(directory) != nil else { return false }
            return try FileSystem.list(directory).contains { $0.hasSuffix(Self.waiting) }
        } catch {
            return true
        }
    }

    /// Whether a side journal tells of an order of rescue, imported or not; where that cannot be
    /// seen, none does.
    func tells(of order: RescueOrderID) -> Bool {
        let name = "\(directory)/\(order.draw)-\(String(order.start, radix: 36))"
        do throws(PlatformError) {
            if try FileSystem.status(name + Self.waiting) != nil { return true }
            return try FileSystem.status(name + Self.imported) != nil
        } catch {
            return false
        }
    }

    /// Those that wait to be imported, in the order in which they began.
    ///
    /// - Throws: ``RunFailure`` where one is damaged or another journal's; `PlatformError`.
    func pending() throws -> [SideJournal] {
        guard try FileSystem.status(directory) != nil else { return [] }
        return try FileSystem.list(directory).filter { $0.hasSuffix(Self.waiting) }
            .map { try read("\(directory)/\($0)") }
            .sorted { ($0.began, $0.beginning.name) < ($1.began, $1.beginning.name) }
    }

    /// Reads a side journal of this journal.
    func read(_ path: String) throws -> SideJournal {
        let bytes = try FileSystem.read(path, limit: SideJournal.longest)
        let side: SideJournal
        do throws(SideFault) {
            side = try SideJournal(bytes)
        } catch {
            throw RunFailure(refusing: "the side journal \(path): \(error)")
        }
        guard side.beginning.journal == "\(journal)" else {
            throw RunFailure(refusing: "\(path) is of journal \(side.beginning.journal), not ours")
        }
        return side
    }

    /// The path under which one waits.
    func path(of side: SideBeginning) -> String { "\(directory)/\(side.name)\(Self.waiting)" }

    /// Puts one beside the journal, durably, to be imported.
    func add(_ side: SideJournal) throws(PlatformError) {
        try FileSystem.createDirectories(directory)
        let text = [Array(side.text.utf8)]
        try FileSystem.replaceDurably(path(of: side.beginning), with: text, permissions: 0o600)
    }

    /// Whether one was imported.
    func hasImported(_ side: SideBeginning) throws(PlatformError) -> Bool {
        try FileSystem.status("\(directory)/\(side.name)\(Self.imported)") != nil
    }

    /// Says that one was imported, durably.
    func markImported(_ side: SideBeginning) throws(PlatformError) {
        try FileSystem.rename(path(of: side), to: "\(directory)/\(side.name)\(Self.imported)")
        try FileSystem.syncDirectory(directory)
    }

    /// Keeps every other rescue, and every import, away.
    ///
    /// - Throws: ``RunFailure`` where one is under way; `PlatformError`.
    func lock() throws -> LockFile {
        try FileSystem.createDirectories(directory)
        switch try LockFile.acquire("\(directory)/lock") {
        case .acquired(let lock): return lock
        case .held(let process):
            let who = process.map { " (process \($0))" } ?? ""
            throw RunFailure(refusing: "another rescue works on this journal\(who)")
        }
    }
}

/// Writes a side journal: what it was given is on disk when it returns.
final class SideJournalWriter {
    private(set) var journal: SideJournal
    let path: String
    private let file: File
    private var size: Int

    /// Makes the file, with its name durable.
    init(_ beginning: SideBeginning, in store: SideJournalStore, at time: Timestamp) throws {
        journal = SideJournal(beginning, at: time)
        path = store.path(of: beginning)
        try FileSystem.createDirectories(store.directory)
        // What is incomplete is found under another name only: a name that is there is whole.
        let aside = path + ".new"
        file = try File(path: aside, mode: .replace, permissions: 0o600)
        let line = Array((journal.firstLine + "\n").utf8)
        try file.write(line.span, at: 0)
        try file.sync()
        size = line.count
        try FileSystem.rename(aside, to: path)
        try FileSystem.syncDirectory(store.directory)
    }

    /// Writes events, and has them on disk.
    func append(_ events: [SideEvent]) throws(PlatformError) {
        if events.isEmpty { return }
        var text = ""
        for event in events { text += journal.add(event) + "\n" }
        let bytes = Array(text.utf8)
        try file.write(bytes.span, at: size)
        try file.syncData()
        size += bytes.count
    }
}
