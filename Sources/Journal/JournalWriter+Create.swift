internal import Digests
internal import LMDB
internal import Platform

/// What a new journal begins with.
public struct Genesis: Sendable {
    /// The new journal's id.
    public var journalID: JournalID
    /// The epoch of the first batch, at least 1.
    public var epoch: UInt32
    /// Commit time of the first batch, nanoseconds since 1970.
    public var time: Int64
    /// The events of the first batch, at least one.
    public var events: [NewEvent]

    /// Creates a beginning.
    public init(
        journalID: JournalID = .random(),
        epoch: UInt32 = 1,
        time: Int64,
        events: [NewEvent]
    ) {
        self.journalID = journalID
        self.epoch = epoch
        self.time = time
        self.events = events
    }
}

extension JournalWriter {
    /// Makes a journal with its first batch, and opens it for writing.
    ///
    /// The journal is made aside as `<directory>.new`, synced and renamed: it is there whole or
    /// not at all. What a kill left aside is replaced.
    ///
    /// - Throws: ``JournalError`` with `exists`, `noJournal`, `unfitFileSystem`, `refusedInput` or
    ///   `system`.
    public static func create(
        _ directory: String,
        genesis: Genesis,
        options: WriterOptions
    ) throws(JournalError) -> JournalWriter {
        let directory = trimmed(directory)
        guard !genesis.events.isEmpty, genesis.epoch > 0 else {
            throw JournalError(
                .refusedInput,
                "make a journal in",
                directory,
                reason: "a journal begins with at least one event in an epoch above 0",
                advice: "give the first batch"
            )
        }
        try requireAbsence(directory)
        let parent = FileSystem.parent(of: directory)
        try requireDirectory(parent, for: directory)
        try translating("make a journal in") { () throws(PlatformError) in
            try FileSystem.createDirectories(parent)
        }
        _ = try requireFitness(parent, options)
        // Two processes that make the same journal at once must not share what is aside.
        guard let maker = try lock(directory + ".lock-new") else {
            throw lockedError(directory, nil)
        }
        try requireAbsence(directory)
        try requireReplaceable(directory + ".new", for: directory)
        let home = try StateDirectory(path: options.stateDirectory).establish()
        let head = try makeAside(directory, genesis, options, home: home)
        try translating("give the new journal its name") { () throws(PlatformError) in
            try FileSystem.rename(directory + ".new", to: directory)
            try FileSystem.syncDirectory(parent)
            try FileSystem.removeFile(directory + ".lock-new")
        }
        withExtendedLifetime(maker) {}
        return try begin(directory, genesis.journalID, head, options, home: home)
    }

    private static func begin(
        _ directory: String,
        _ id: JournalID,
        _ head: Head,
        _ options: WriterOptions,
        home: JournalID
    ) throws(JournalError) -> JournalWriter {
        let layout = JournalLayout(directory: directory)
        guard let lock = try lock(layout.lock) else { throw lockedError(directory, nil) }
        let outer = StateDirectory(path: options.stateDirectory).witness(of: id)
        let writers = try witnessWriters(layout, outer: outer, home: home)
        let store = try storing("open the journal") { () throws(LMDBError) in
            try Store(path: layout.segment(1), access: .writer, mapSize: options.mapSize)
        }
        let writer = JournalWriter(
            layout: layout,
            journalID: id,
            head: head,
            options: options,
            lock: lock,
            store: store,
            witnesses: writers
        )
        try writer.establishWitnesses()
        return writer
    }

    /// Makes the whole journal as `<directory>.new` and syncs it; returns its head.
    private static func makeAside(
        _ directory: String,
        _ genesis: Genesis,
        _ options: WriterOptions,
        home: JournalID
    ) throws(JournalError) -> Head {
        let layout = JournalLayout(directory: directory + ".new")
        try translating("make a journal aside") { () throws(PlatformError) in
            try FileSystem.removeTree(layout.directory)
            try FileSystem.createDirectory(layout.directory)
            try FileSystem.createDirectory(layout.segments)
            try FileSystem.createDirectory(layout.snapshots)
            try FileSystem.createDirectory(layout.segment(1))
        }
        var batch = OpenBatch()
        for event in genesis.events {
            batch.append(
                kind: event.kind,
                version: event.version,
                time: event.time,
                trace: event.trace,
                cause: event.cause,
                payload: event.payload.span
            )
        }
        batch.seal(
            journalID: genesis.journalID,
            epoch: genesis.epoch,
            firstSequence: 1,
            commitTime: genesis.time,
            previousHash: .zero
        )
        do throws(LMDBError) {
            let store = try Store(
                path: layout.segment(1),
                access: .writer,
                mapSize: options.mapSize
            )
            try store.append(batch.bytes, at: 1)
        } catch {
            throw JournalError(error, "make a journal aside")
        }
        let head = Head(
            sequence: UInt64(batch.count),
            chainHash: SHA256().digest(of: batch.bytes),
            epoch: genesis.epoch,
            commitTime: genesis.time
        )
        try witnessGenesis(layout, genesis.journalID, head, options, home: home)
        return head
    }

    /// Writes both witnesses before the journal has its name, so that none is ever without.
    private static func witnessGenesis(
        _ layout: JournalLayout,
        _ id: JournalID,
        _ head: Head,
        _ options: WriterOptions,
        home: JournalID
    ) throws(JournalError) {
        let slot = WitnessSlot(
            journalID: id,
            epoch: head.epoch,
            sequence: head.sequence,
            chainHash: head.chainHash,
            counter: 0,
            home: home
        )
        let outer = StateDirectory(path: options.stateDirectory).witness(of: id)
        let writers = try witnessWriters(layout, outer: outer, home: home)
        try translating("witness the first batch of") { () throws(PlatformError) in
            for witness in [writers.inner, writers.outer].compactMap(\.self) {
                try witness.write(slot)
                try witness.sync()
            }
            _ = try File(path: layout.lock, mode: .create)
            try FileSystem.syncTree(layout.directory)
        }
    }

    static func witnessWriters(
        _ layout: JournalLayout,
        outer: String?,
        home: JournalID
    ) throws(JournalError) -> (inner: WitnessWriter, outer: WitnessWriter?, home: JournalID) {
        (try witnessWriter(layout.witness), try outer.map(witnessWriter), home)
    }

    private static func witnessWriter(_ path: String) throws(JournalError) -> WitnessWriter {
        let reading = try WitnessReading(path)
        return try translating("open the witnesses of") { () throws(PlatformError) in
            try WitnessWriter(path, after: reading)
        }
    }

    private static func requireAbsence(_ directory: String) throws(JournalError) {
        let names = try translating("make a journal in") { () throws(PlatformError) -> [String]? in
            guard let status = try FileSystem.status(directory) else { return nil }
            return status.isDirectory ? try FileSystem.list(directory) : ["a file"]
        }
        guard let names else { return }
        if names.contains("segments") {
            throw JournalError(
                .exists,
                "make a journal in",
                directory,
                reason: "a journal is there already",
                advice: "open it, or name another directory"
            )
        }
        throw JournalLayout.notAJournal(directory, names: names, "make a journal in")
    }

    /// Refuses to replace what no interrupted creation left: such a one holds the first batch at
    /// most, and its witness was written once.
    private static func requireReplaceable(
        _ aside: String,
        for directory: String
    ) throws(JournalError) {
        let layout = JournalLayout(directory: aside)
        let isOurs = try translating("make a journal aside") { () throws(PlatformError) in
            guard let status = try FileSystem.status(aside) else { return true }
            guard status.isDirectory else { return false }
            let known: Set = ["segments", "snapshots", "witness", "writer.lock"]
            let parts: [(String, Set<String>)] = [
                (aside, known), (layout.segments, [JournalLayout.name(1)]), (layout.snapshots, []),
            ]
            for (place, names) in parts where try FileSystem.status(place) != nil {
                if try !names.isSuperset(of: FileSystem.list(place)) { return false }
            }
            let segment = layout.segment(1)
            guard try FileSystem.status(segment + "/data.mdb") != nil else { return true }
            return try PageScan(directory: segment).map { $0.meta.main.entries <= 1 } ?? true
        }
        if isOurs, try WitnessReading(layout.witness).slots.allSatisfy({ $0.counter <= 1 }) {
            return
        }
        throw JournalError(
            .exists,
            "make a journal in",
            directory,
            reason: "\(aside) is in the way, and no interrupted creation left it",
            advice: "rename it; it is left as it is"
        )
    }

    /// Refuses a path below a file, which the system calls by many names.
    private static func requireDirectory(
        _ parent: String,
        for directory: String
    ) throws(JournalError) {
        var place = parent
        while true {
            let status = try translating("make a journal in") { () throws(PlatformError) in
                try FileSystem.status(place)
            }
            if let status {
                if status.isDirectory { return }
                throw JournalError(
                    .noJournal,
                    "make a journal in",
                    directory,
                    reason: "\(place) is a file",
                    advice: "name a path whose parents are directories"
                )
            }
            let above = FileSystem.parent(of: place)
            if above == place { return }
            place = above
        }
    }

    static func lock(_ path: String) throws(JournalError) -> LockFile? {
        let outcome = try translating("lock the journal with") { () throws(PlatformError) in
            try LockFile.acquire(path)
        }
        guard case .acquired(let lock) = outcome else { return nil }
        return lock
    }

    static func lockedError(_ directory: String, _ holder: Int32?) -> JournalError {
        let process = holder.map { "process \($0)" } ?? "another process"
        return JournalError(
            .locked,
            "open the journal",
            directory,
            reason: "\(process) is writing it, and a journal has one writer",
            advice: "stop \(process) first"
        )
    }

    /// Refuses unfit file systems, and returns what is doubtful about others.
    static func requireFitness(
        _ directory: String,
        _ options: WriterOptions
    ) throws(JournalError) -> [String] {
        let kind = try translating("examine the file system of") { () throws(PlatformError) in
            try FileSystemKind(at: directory)
        }
        return try judge(kind, directory, isStrict: options.isStrict)
    }

    static func judge(
        _ kind: FileSystemKind,
        _ directory: String,
        isStrict: Bool
    ) throws(JournalError) -> [String] {
        let reason = "\(kind.name) does not promise what a journal needs"
        switch kind.trust {
        case .sound: return []
        case .risky where !isStrict: return ["the file system \(kind.name) may lose commits"]
        case .risky, .unfit:
            throw JournalError(
                .unfitFileSystem,
                "keep a journal in",
                directory,
                reason: reason,
                advice: "use a local ext4 or xfs"
                    + (kind.trust == .risky ? ", or allow \(kind.name) in the configuration" : "")
            )
        }
    }

    static func trimmed(_ directory: String) -> String {
        var path = directory[...]
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return String(path)
    }
}
