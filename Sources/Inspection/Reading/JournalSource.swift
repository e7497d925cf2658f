internal import Digests
internal import Journal
internal import Platform

/// What `--journal` names, as a directory that can be read like a journal's.
///
/// A directory is read where it is. What is a part of a journal is set up in a private directory
/// that goes with the command: a bundle is unpacked there, a single segment is linked.
final class JournalSource {
    /// What was named.
    enum Kind: String {
        /// The directory of a journal, of a copy, of a journal's archives; or nothing yet.
        case directory = "a directory"
        /// A segment's directory, or the file in it.
        case segment = "a single segment"
        /// A snapshot.
        case snapshot = "a snapshot"
        /// A bundle.
        case bundle = "a bundle"
    }

    /// What was named.
    let kind: Kind
    /// The path that was named.
    let path: String
    /// What commands read: a directory, or the file of a snapshot.
    private(set) var directory: String
    /// How paths of the private directory are called in messages.
    private(set) var names: [(place: String, name: String)] = []
    /// What is wrong before the journal itself is looked at.
    private(set) var findings: [Finding] = []
    /// The first event of a bundle that holds the end of a journal; `nil` for all else.
    private(set) var partBegin: UInt64?
    private var room: PrivateDirectory?

    /// Finds out what `path` is and sets it up for reading.
    ///
    /// - Throws: ``CommandFailure`` where it cannot be read as a journal, `JournalError` and
    ///   `PlatformError`.
    init(_ path: String) throws {
        kind = try Self.kind(of: path)
        self.path = path
        directory = path
        switch kind {
        case .directory, .snapshot: break
        case .segment: try link(path)
        case .bundle: try unpack(path)
        }
    }

    /// Takes a path without looking at it.
    init(asItIs path: String) {
        kind = .directory
        self.path = path
        directory = path
    }

    /// Whether it is a copy that stays what it was while the engine goes on: a bundle, or what
    /// `backup` made and marked.
    ///
    /// - Throws: `PlatformError` where the mark cannot be looked for.
    func isCopy() throws(PlatformError) -> Bool {
        if kind == .bundle { return true }
        guard kind == .directory else { return false }
        return try JournalBackup.isMarked(directory)
    }

    /// The configuration that lies beside the journal in a bundle, redacted; `nil` where none does.
    ///
    /// - Throws: `PlatformError` where it cannot be read.
    func configuration() throws(PlatformError) -> String? {
        guard kind == .bundle else { return nil }
        let file = FileSystem.parent(of: directory) + "/" + BundleMember.configuration
        guard try FileSystem.status(file) != nil else { return nil }
        return String(decoding: try FileSystem.read(file, limit: 4 << 20), as: UTF8.self)
    }

    /// Removes what was set up.
    func close() throws(PlatformError) { try room?.remove() }

    private func link(_ path: String) throws {
        let room = try PrivateDirectory()
        self.room = room
        let isDirectory = try FileSystem.status(path)?.isDirectory == true
        let file = isDirectory ? path + "/data.mdb" : path
        directory = room.path + "/journal"
        try FileSystem.createDirectory(directory)
        let first = try LoneSegment.link(file, into: directory)
        let digits = String(first)
        let name = String(repeating: "0", count: 20 - digits.utf8.count) + digits
        let place = "\(directory)/segments/\(name)"
        names = [(place + "/data.mdb", file), (place, path), (directory, path)]
    }

    private func unpack(_ path: String) throws {
        let room = try PrivateDirectory()
        self.room = room
        let place = room.path + "/bundle"
        try FileSystem.createDirectory(place)
        let limits = BundleReader.Limits(
            fileBytes: try FileSystem.status(path)?.size ?? 0,
            freeBytes: try PrivateDirectory.freeBytes()
        )
        let unpacked = try BundleReader.unpack(path, into: place, limits: limits)
        findings = unpacked.findings
        if let first = unpacked.manifest?.first, first > 1 { partBegin = first }
        directory = place + "/" + BundleMember.journal
        names = [(place + "/", path + ":"), (place, path)]
        guard try FileSystem.status(directory) == nil else { return }
        throw CommandFailure(2, "\(path) is a bundle without a journal; unpack it with tar")
    }
}

extension JournalSource {
    /// How a file begins that zstd made.
    private static let zstd: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD]

    /// Whether a path names a bundle or an archive, by how the file begins.
    static func isCompressed(_ path: String) throws -> Bool {
        guard let status = try FileSystem.status(path), status.isRegular else { return false }
        return try File(path: path, mode: .read).read(at: 0, count: 4) == zstd
    }

    /// What a path names, by what is there and how it begins.
    static func kind(of path: String) throws -> Kind {
        guard let status = try FileSystem.status(path) else { return .directory }
        if status.isDirectory {
            let names = try FileSystem.list(path)
            return names.contains("data.mdb") && !names.contains("segments") ? .segment : .directory
        }
        guard status.isRegular else {
            throw CommandFailure(
                2,
                "\(path) is a pipe, a device or a socket: a journal is a directory, and a part "
                    + "of one a file"
            )
        }
        let front = try File(path: path, mode: .read).read(at: 0, count: 8192)
        if front.starts(with: zstd) {
            guard !path.hasSuffix(".batches.zst") else {
                throw CommandFailure(
                    2,
                    "\(path) is one archive of a journal: name the directory it lies in"
                )
            }
            return .bundle
        }
        if front.starts(with: "HFSNAPS\n".utf8) || path.hasSuffix(".snapshot") { return .snapshot }
        let lmdb: [UInt8] = [0xDE, 0xC0, 0xEF, 0xBE]
        let hasPages = [16, 4112].contains { front.dropFirst($0).starts(with: lmdb) }
        if hasPages || path.hasSuffix(".mdb") { return .segment }
        throw CommandFailure(
            2,
            "\(path) is a file, and neither a segment, a snapshot nor a bundle by its first bytes"
                + (status.size == 0 ? ": it is empty" : "")
        )
    }
}
