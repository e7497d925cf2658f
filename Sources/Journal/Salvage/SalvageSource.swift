internal import Platform

/// The files that a salvage reads: those of a journal, or what is left of them.
struct SalvageSource {
    /// What was named: a directory or a file.
    let path: String
    /// The files that may hold pages with batches.
    private(set) var stores: [String] = []
    /// The first sequence numbers of segments, by the names of their directories, ascending.
    private(set) var segments: [UInt64] = []
    /// What the witness beside the journal says.
    private(set) var witness: WitnessReading?

    /// The lowest sequence number that must be there: a journal whose first segment begins above
    /// 1 was compacted.
    var begin: UInt64 { isJournal ? segments.first ?? 1 : 1 }

    /// How many directories deep files are looked for.
    private static let depth = 4
    /// Whether it has the directories of a journal.
    private(set) var isJournal = false

    /// Looks for the files, and changes nothing.
    ///
    /// - Throws: ``JournalError`` with `missing`, `noJournal`, `locked` or `system`.
    init(_ path: String) throws(JournalError) {
        let path = JournalWriter.trimmed(path)
        self.path = path
        let status = try translating("look for batches in") { () throws(PlatformError) in
            try FileSystem.status(path)
        }
        guard let status else {
            throw JournalError(
                .missing,
                "look for batches in",
                path,
                reason: "there is nothing at this path",
                advice: "check the path"
            )
        }
        try Self.requireNoWriter(path, isDirectory: status.isDirectory)
        guard status.isDirectory else {
            stores = [path]
            return
        }
        try translating("look for batches in") { () throws(PlatformError) in
            try collect(path, depth: Self.depth)
        }
        let layout = JournalLayout(directory: path)
        let names = try translating("look for batches in") { () throws(PlatformError) in
            try FileSystem.list(path)
        }
        isJournal = names.contains("segments")
        if isJournal { segments = try layout.segmentNumbers() }
        if names.contains("witness") { witness = try WitnessReading(layout.witness) }
        guard stores.isEmpty, !isJournal else { return }
        throw JournalLayout.notAJournal(path, names: names, "look for batches in")
    }

    private mutating func collect(_ directory: String, depth: Int) throws(PlatformError) {
        for name in try FileSystem.list(directory) {
            let entry = directory + "/" + name
            guard let status = try FileSystem.status(entry) else { continue }
            if !status.isDirectory, name.hasSuffix(".mdb"), name != "lock.mdb" {
                stores.append(entry)
            } else if status.isDirectory, depth > 0 {
                try collect(entry, depth: depth - 1)
            }
        }
    }

    /// A journal that is written changes under the eyes of a scan.
    private static func requireNoWriter(
        _ path: String,
        isDirectory: Bool
    ) throws(JournalError) {
        // The lock of a journal, of the one that a segment is of, and of a segment's file.
        var journal = isDirectory ? path : FileSystem.parent(of: path)
        for _ in 0..<3 {
            let lock = journal + "/writer.lock"
            let isHeld = try translating("look for a writer of") { () throws(PlatformError) in
                try LockFile.isHeld(lock)
            }
            if isHeld {
                throw JournalError(
                    .locked,
                    "look for batches in",
                    path,
                    reason: "a process is writing the journal \(journal)",
                    advice: "stop it first, or salvage a copy"
                )
            }
            journal = FileSystem.parent(of: journal)
        }
    }
}
