internal import Digests
internal import Platform

/// The list of a journal's archives in one directory: `manifest.json`.
struct ArchiveManifest {
    static let fileName = "manifest.json"
    /// More archives of a gigabyte each than a journal will ever have.
    private static let largestFile = 64 << 20

    let journalID: JournalID
    /// Ascending, without overlaps; there may be gaps between them.
    private(set) var entries: [ArchiveEntry] = []

    /// A manifest without archives.
    init(journalID: JournalID) { self.journalID = journalID }

    /// Reads the manifest in `directory`; `nil` where there is none.
    ///
    /// - Throws: ``JournalError`` with `damaged`, `unknownVersion` or `system`.
    static func load(_ directory: String) throws(JournalError) -> ArchiveManifest? {
        let path = directory + "/" + fileName
        let bytes = try translating("read the manifest") { () throws(PlatformError) -> [UInt8]? in
            guard let status = try FileSystem.status(path) else { return nil }
            return status.size > largestFile ? [] : try FileSystem.read(path)
        }
        guard let bytes else { return nil }
        let document = ManifestValue(bytes)
        if let version = document?["version"]?.number, version != 1 {
            throw JournalError(
                .unknownVersion,
                "read the manifest",
                path,
                reason: "it has format version \(version), not 1",
                advice: "use a newer program"
            )
        }
        guard let document, let manifest = ArchiveManifest(document) else {
            throw JournalError(
                .damaged,
                "read the manifest",
                path,
                reason: "it is not what a manifest of archives is",
                advice: "copy it again from another place of the archives"
            )
        }
        return manifest
    }

    /// Adds an archive, in the place of one of the same range.
    ///
    /// - Throws: ``JournalError`` with `unfitArchive` where it contradicts the others.
    mutating func add(_ entry: ArchiveEntry, in directory: String) throws(JournalError) {
        var changed = entries.filter { $0.first != entry.first }
        let place = changed.firstIndex { $0.first > entry.first } ?? changed.count
        changed.insert(entry, at: place)
        guard Self.areInOrder(changed) else {
            throw JournalError(
                .unfitArchive,
                "archive in",
                directory,
                reason: "the archives there are of another history than events "
                    + "\(entry.first) to \(entry.last) of this journal",
                advice: "name another directory, and look at what is in this one"
            )
        }
        entries = changed
    }

    /// Writes the manifest durably in the place of the one in `directory`.
    func save(in directory: String) throws(JournalError) {
        let bytes = Array(text.utf8)
        try translating("write the manifest") { () throws(PlatformError) in
            try FileSystem.replaceDurably(directory + "/" + Self.fileName, with: [bytes])
        }
    }

    /// Whether ranges ascend without overlaps, and the chain holds where they touch.
    private static func areInOrder(_ entries: [ArchiveEntry]) -> Bool {
        zip(entries, entries.dropFirst()).allSatisfy { before, after in
            before.last < after.first
                && (before.last + 1 < after.first || before.chainHash == after.chainBefore)
        }
    }
}

extension ArchiveManifest {
    private static let format = "holdfast-archives"

    var text: String {
        let lines = entries.map { "    " + $0.text }.joined(separator: ",\n")
        return """
            {
              "format": "\(Self.format)",
              "version": 1,
              "journalId": "\(journalID)",
              "archives": [
            \(lines)
              ]
            }

            """
    }

    init?(_ document: ManifestValue) {
        guard document["format"]?.text == Self.format,
            let id = document["journalId"]?.text.flatMap(JournalID.init(hexadecimal:)),
            let values = document["archives"]?.list
        else { return nil }
        journalID = id
        for value in values {
            guard let entry = ArchiveEntry(value) else { return nil }
            entries.append(entry)
        }
        guard Self.areInOrder(entries) else { return nil }
    }
}

extension ArchiveEntry {
    /// One line of the manifest.
    fileprivate var text: String {
        let counts = [
            ("first", "\(first)"), ("last", "\(last)"), ("batches", "\(batches)"),
            ("events", "\(events)"), ("bytes", "\(bytes)"), ("fileBytes", "\(fileBytes)"),
        ]
        let hashes = [
            ("sha256", fileHash), ("chainBefore", chainBefore), ("chainHash", chainHash),
        ]
        let fields =
            ["\"file\": \"\(name)\""] + counts.map { "\"\($0)\": \($1)" }
            + hashes.map { "\"\($0)\": \"\($1)\"" }
        return "{" + fields.joined(separator: ", ") + "}"
    }

    fileprivate init?(_ value: ManifestValue) {
        func count(_ key: String) -> Int? { value[key]?.number.flatMap(Int.init(exactly:)) }
        func hash(_ key: String) -> SHA256Digest? {
            value[key]?.text.flatMap(SHA256Digest.init(hexadecimal:))
        }
        guard let first = value["first"]?.number, let last = value["last"]?.number,
            first >= 1, last >= first, last < .max, let batches = count("batches"),
            let events = count("events"), let bytes = count("bytes"),
            let fileBytes = count("fileBytes"), let fileHash = hash("sha256"),
            let chainBefore = hash("chainBefore"), let chainHash = hash("chainHash")
        else { return nil }
        self.init(
            first: first,
            last: last,
            batches: batches,
            events: events,
            bytes: bytes,
            fileBytes: fileBytes,
            fileHash: fileHash,
            chainBefore: chainBefore,
            chainHash: chainHash
        )
        // The name is for people; the file read is the one that the range names.
        guard value["file"]?.text == name else { return nil }
    }
}
