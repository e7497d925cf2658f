internal import Platform

/// The archives of one journal in all the places where some are known.
struct ArchiveSet {
    /// One archive, and where it is.
    struct Part: Hashable {
        let directory: String
        let entry: ArchiveEntry
        var path: String { directory + "/" + entry.name }
    }

    /// Ascending by first event; of several with the same first event the first place's.
    private(set) var parts: [Part] = []
    /// The places looked in, and what is wrong with those that could not be used.
    private(set) var places: [(directory: String, problem: JournalError?)] = []

    /// Looks into `directories`, each of which may hold a manifest.
    ///
    /// A file that a manifest names and that is not there counts where no other place has it.
    init(_ directories: [String], of journalID: JournalID) {
        var known: [UInt64: Part] = [:]
        for directory in directories {
            do throws(JournalError) {
                for entry in try Self.entries(directory, of: journalID) {
                    if let other = known[entry.first], try other.isThere() { continue }
                    known[entry.first] = Part(directory: directory, entry: entry)
                }
                places.append((directory, nil))
            } catch {
                places.append((directory, error))
            }
        }
        parts = known.values.sorted { $0.entry.first < $1.entry.first }
    }

    private static func entries(
        _ directory: String,
        of journalID: JournalID
    ) throws(JournalError) -> [ArchiveEntry] {
        guard let manifest = try ArchiveManifest.load(directory) else {
            throw JournalError(
                .missing,
                "read the archives in",
                directory,
                reason: "there is no \(ArchiveManifest.fileName)",
                advice: "mount or copy the archives to this place, or name another with --archive"
            )
        }
        guard manifest.journalID == journalID else {
            throw JournalError(
                .foreign,
                "read the archives in",
                directory,
                reason: "they are of journal \(manifest.journalID), not \(journalID)",
                advice: "name the directory of this journal's archives"
            )
        }
        return manifest.entries
    }

    /// The archive that holds `sequence`; `nil` where there is none.
    func part(holding sequence: UInt64) -> Part? {
        parts.last { $0.entry.first <= sequence && sequence <= $0.entry.last }
    }

    /// The lowest sequence number from which archives reach without a gap up to `first`.
    func begin(before first: UInt64) -> UInt64 {
        var begin = first
        while begin > 1, let part = part(holding: begin - 1) { begin = part.entry.first }
        return begin
    }
}

extension ArchiveSet.Part {
    /// Whether there is such a file.
    func isThere() throws(JournalError) -> Bool {
        try translating("examine the archive") { () throws(PlatformError) in
            try FileSystem.status(path) != nil
        }
    }
}

/// Where the archives of a journal are: the text file `archives`, and what a caller names.
struct ArchivePlaces {
    let layout: JournalLayout

    /// Bytes that the list has at most; what is larger is no such list.
    static let sizeLimit = 1 << 20

    /// The directories that are written down, in their order.
    func roots() throws(JournalError) -> [String] {
        let bytes = try translating("read the places of archives in") {
            () throws(PlatformError) -> [UInt8] in
            guard try FileSystem.status(layout.archives) != nil else { return [] }
            return try FileSystem.read(layout.archives, limit: Self.sizeLimit)
        }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Writes down that archives are in `root`, durably; the newest place comes first.
    func remember(_ root: String) throws(JournalError) {
        let known = try roots()
        if known.first == root { return }
        let text = ([root] + known.filter { $0 != root }).map { $0 + "\n" }.joined()
        try translating("write down the place of the archives of") { () throws(PlatformError) in
            try FileSystem.replaceDurably(layout.archives, with: [Array(text.utf8)])
        }
    }

    /// The directories that may hold a manifest for this journal.
    ///
    /// Those `named` by a caller come first; each is a place of archives, or the directory of this
    /// journal's in it.
    func directories(
        of journalID: JournalID,
        named: [String]
    ) throws(JournalError) -> [String] {
        var found: [String] = []
        for root in named {
            let holds = try translating("look for archives in") { () throws(PlatformError) in
                try FileSystem.status(root + "/" + ArchiveManifest.fileName) != nil
            }
            found.append(holds ? root : "\(root)/\(journalID)")
        }
        return found + (try roots().map { "\($0)/\(journalID)" })
    }
}
