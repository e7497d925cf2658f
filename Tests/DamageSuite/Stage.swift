import Platform
import SuiteSupport

/// A copy of a sample that is damaged and made whole again, many thousands of times.
///
/// What a case changes is written back from memory; to copy a journal for each would cost more
/// than all the rest.
final class Stage {
    let sample: Sample
    let directory: String
    let tree: FileTree
    /// Files that an opening for writing changes.
    private let changing: [String]
    /// What the undamaged journal came to by further commits: its last segment, witnesses, locks.
    private var after: [String: [UInt8]] = [:]
    /// Kept open: to close them while the store is open would let go of its locks.
    private var files: [String: File] = [:]

    var journal: String { directory + "/journal" }
    var state: String { directory + "/state" }
    var witness: String { "journal/witness" }

    /// Copies a sample into a directory.
    init(_ sample: Sample, in directory: String) throws {
        self.sample = sample
        self.directory = directory
        tree = try sample.tree()
        let last = tree.segments.last ?? ""
        changing = tree.files.keys.filter { path in
            !path.hasPrefix("journal/segments/") && !path.hasPrefix("journal/snapshots/")
                || path == FileSystem.parent(of: last) + "/lock.mdb"
        }.sorted()
        try tree.write(to: directory)
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        guard let bytes = tree.files[path] else {
            throw SuiteFailure("the sample has no file \(path)")
        }
        return bytes
    }

    private func file(_ path: String) throws -> File {
        if let file = files[path] { return file }
        let file = try File(path: directory + "/" + path, mode: .readWrite)
        files[path] = file
        return file
    }

    /// Keeps what further commits made of the journal.
    func keepAfter() throws {
        for path in changing + (tree.segments.suffix(1)) {
            after[path] = try FileSystem.read(directory + "/" + path)
        }
    }

    /// Does to the files what the further commits did to those of the undamaged journal.
    ///
    /// A sealed segment is neither written nor read by a commit, so one that is damaged there does
    /// not change what commits write. One case in many makes them all the same.
    func putAfter() throws {
        for path in after.keys.sorted() { try put(after[path] ?? [], to: path) }
    }

    /// Whether a damage leaves alone all that commits write or read.
    func isSealed(_ damage: Damage) -> Bool {
        switch damage {
        case .flip(let path, _, _), .zero(let path, _), .swap(let path, _), .cut(let path, _),
            .stale(let path, _, _):
            tree.segments.dropLast().contains(path)
        case .older: false
        }
    }

    /// Does the damage.
    ///
    /// - Parameter damage: What is done.
    /// - Throws: `PlatformError`, and ``SuiteFailure`` where the sample has no such file.
    func apply(_ damage: Damage) throws {
        let size = Damage.pageSize
        switch damage {
        case .flip(let path, let byte, let bit):
            let flipped = [try bytes(path)[byte] ^ (1 << UInt8(bit))]
            try file(path).write(flipped.span, at: byte)
        case .cut(let path, let length): try file(path).truncate(to: length)
        case .zero(let path, let page):
            let zeros = [UInt8](repeating: 0, count: size)
            try file(path).write(zeros.span, at: page * size)
        case .swap(let path, let page):
            let bytes = try bytes(path)
            let start = page * size
            let next = start + size
            try file(path).write(bytes.span.extracting(next..<(next + size)), at: start)
            try file(path).write(bytes.span.extracting(start..<next), at: next)
        case .stale(let path, let page, let copy):
            let older = try FileSystem.read(
                sample.copy(copy) + "/" + path.dropFirst("journal/".count)
            )
            let start = page * size
            try file(path).write(older.span.extracting(start..<(start + size)), at: start)
        case .older(let copy, let kind):
            files = [:]
            try FileTree(of: sample.copy(copy)).write(to: journal)
            let path = directory + "/" + witness
            if kind != .own { try FileSystem.removeFile(path) }
            guard kind == .newer else { return }
            let newest = try bytes(witness)
            try File(path: path, mode: .createNew).write(newest.span, at: 0)
        }
    }

    /// Makes everything whole again.
    ///
    /// - Parameters:
    ///   - damage: What was done.
    ///   - isWritten: Whether batches were committed since.
    /// - Throws: `PlatformError`.
    func undo(_ damage: Damage, isWritten: Bool) throws {
        switch damage {
        case .older: return try rebuild()
        case .flip(let path, let byte, _):
            let whole = [try bytes(path)[byte]]
            try file(path).write(whole.span, at: byte)
        case .zero(let path, let page), .stale(let path, let page, _):
            try putBack(path, page, count: 1)
        case .swap(let path, let page): try putBack(path, page, count: 2)
        case .cut(let path, _): try putBack(path)
        }
        for path in changing { try putBack(path) }
        if isWritten, let last = tree.segments.last { try putBack(last) }
    }

    private func putBack(_ path: String, _ page: Int, count: Int) throws {
        let start = page * Damage.pageSize
        let end = start + count * Damage.pageSize
        let bytes = try bytes(path)
        try file(path).write(bytes.span.extracting(start..<end), at: start)
    }

    private func putBack(_ path: String) throws { try put(try bytes(path), to: path) }

    private func put(_ bytes: [UInt8], to path: String) throws {
        let file = try file(path)
        if try file.size() != bytes.count { try file.truncate(to: bytes.count) }
        try file.write(bytes.span, at: 0)
    }

    private func rebuild() throws {
        files = [:]
        try tree.write(to: directory)
    }

    /// Requires that it is whole: a case that leaves something behind would judge the next.
    func requireWhole() throws {
        let now = try FileTree(of: directory)
        for path in Set(now.files.keys).union(tree.files.keys).sorted()
        where now.files[path] != tree.files[path] {
            throw SuiteFailure("\(directory)/\(path) is not what it was: the suite itself is wrong")
        }
    }
}

extension FileTree {
    /// The stores of the segments, in their order.
    var segments: [String] { files.keys.filter { $0.hasSuffix("/data.mdb") }.sorted() }
    /// The snapshots, in their order.
    var snapshots: [String] { files.keys.filter { $0.hasSuffix(".snapshot") }.sorted() }
}
