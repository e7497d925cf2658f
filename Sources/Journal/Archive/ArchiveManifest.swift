internal import Digests
internal import JSON
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
        var parser = JSONParser(maximumBytes: largestFile)
        var fault = "a field is missing, or not what it should be"
        var code = JournalError.Code.damaged
        do throws(JSONError) {
            let root = try parser.parse(bytes.span)
            if let version = root.member("version")?.integer, version != Self.version {
                fault = "it has format version \(version), not \(Self.version)"
                code = .unknownVersion
            } else if let manifest = ArchiveManifest(root) {
                return manifest
            }
        } catch {
            fault = "\(error)"
        }
        throw JournalError(
            code,
            "read the manifest",
            path,
            reason: fault,
            advice: code == .damaged
                ? "copy it again from another place of the archives" : "use a newer program"
        )
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
    private static let version: Int64 = 1

    /// One line for each archive.
    var text: String {
        let lines = entries.map { $0.json.compact }.joined(separator: ",\n")
        return """
            {"format":"\(Self.format)","version":\(Self.version),"journalId":"\(journalID)","archives":[
            \(lines)
            ]}

            """
    }

    private init?(_ root: borrowing JSONValue) {
        guard root.member("format")?.text == Self.format,
            let id = root.member("journalId")?.text.flatMap(JournalID.init(hexadecimal:)),
            let list = root.member("archives"), list.isKind(.array)
        else { return nil }
        journalID = id
        var elements = list.elements
        while let element = elements.next() {
            guard let entry = ArchiveEntry(element) else { return nil }
            entries.append(entry)
        }
        guard Self.areInOrder(entries) else { return nil }
    }
}

extension ArchiveEntry {
    fileprivate var json: JSONText {
        .object([
            ("file", .text(name)), ("first", .integer(Int64(clamping: first))),
            ("last", .integer(Int64(clamping: last))), ("batches", .integer(Int64(batches))),
            ("events", .integer(Int64(events))), ("bytes", .integer(Int64(bytes))),
            ("fileBytes", .integer(Int64(fileBytes))), ("sha256", .text("\(fileHash)")),
            ("chainBefore", .text("\(chainBefore)")), ("chainHash", .text("\(chainHash)")),
        ])
    }

    fileprivate init?(_ value: borrowing JSONValue) {
        guard let first = value.member("first")?.unsigned, first >= 1,
            let last = value.member("last")?.unsigned, last >= first, last < .max,
            let batches = value.member("batches")?.unsigned,
            let events = value.member("events")?.unsigned,
            let bytes = value.member("bytes")?.unsigned,
            let fileBytes = value.member("fileBytes")?.unsigned,
            let fileHash = Self.hash(value.member("sha256")?.text),
            let chainBefore = Self.hash(value.member("chainBefore")?.text),
            let chainHash = Self.hash(value.member("chainHash")?.text)
        else { return nil }
        self.init(
            first: first,
            last: last,
            batches: Int(clamping: batches),
            events: Int(clamping: events),
            bytes: Int(clamping: bytes),
            fileBytes: Int(clamping: fileBytes),
            fileHash: fileHash,
            chainBefore: chainBefore,
            chainHash: chainHash
        )
        // The name is for people; the file read is the one that the range names.
        guard value.member("file")?.text == name else { return nil }
    }

    private static func hash(_ text: String?) -> SHA256Digest? {
        text.flatMap(SHA256Digest.init(hexadecimal:))
    }
}
