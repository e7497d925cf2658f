import Platform
import SuiteSupport

/// What is on disk for certain, and what was changed since and not synced.
///
/// The model promises no more than POSIX does. A sync of a file makes its bytes and its size
/// durable, and not its name; a sync of a directory makes the names in it durable. Until then any
/// of the changes may have reached the disk, and any not, in any order: bytes without the growth
/// of the file, growth without the bytes (zeros), a rename without the write before it. A write
/// reaches the disk in sectors of 512 bytes, each whole or not at all.
struct DiskModel {
    /// A file or a directory, under whatever name.
    struct Node {
        let isDirectory: Bool
        /// What is durable of a file.
        var bytes: [UInt8] = []
        /// The durable names in a directory.
        var names: [String: Int] = [:]
        /// The size and the names that the running program sees.
        var liveSize = 0
        var liveNames: [String: Int] = [:]
    }

    /// Something that may or may not survive.
    enum Change {
        /// `data` lies in the trace.
        case write(node: Int, offset: Int, data: Range<Int>, extends: Bool)
        case resize(node: Int, size: Int)
        case link(directory: Int, name: String, node: Int)
        case unlink(directory: Int, name: String)
        case rename(from: Int, name: String, to: Int, newName: String, node: Int)
        case exchange(Entry, Entry)
    }

    /// A name in a directory, and what it stood for.
    struct Entry: Hashable {
        let directory: Int
        let name: String
        let node: Int
    }

    let trace: Trace
    private let root: String
    private(set) var nodes: [Node] = []
    /// What is not durable yet, oldest first.
    private(set) var pending: [Change] = []
    private var open: [Int: Int] = [:]

    /// The socket of the engine, which means nothing after a power cut and is left out.
    private static let sockets: Set = ["control", "control.new"]

    /// The node of the directory that is recorded.
    static let top = 0

    /// A disk that holds what is in `baseline`, all of it durable.
    ///
    /// - Parameters:
    ///   - trace: What happens to it.
    ///   - root: The directory that was recorded.
    ///   - baseline: A copy of it as it was at the beginning of the trace; `nil` for nothing.
    /// - Throws: `PlatformError` where the copy cannot be read.
    init(_ trace: Trace, root: String, baseline: String?) throws {
        self.trace = trace
        self.root = root
        nodes.append(Node(isDirectory: true))
        if let baseline { try take(baseline, as: Self.top) }
    }

    private mutating func take(_ path: String, as directory: Int) throws {
        for name in try FileSystem.list(path) {
            let entry = path + "/" + name
            let isDirectory = try FileSystem.status(entry)?.isDirectory == true
            var node = Node(isDirectory: isDirectory)
            if !isDirectory {
                node.bytes = try FileSystem.read(entry)
                node.liveSize = node.bytes.count
            }
            let number = nodes.count
            nodes.append(node)
            nodes[directory].names[name] = number
            nodes[directory].liveNames[name] = number
            if isDirectory { try take(entry, as: number) }
        }
    }

    /// The node that a path names for the running program.
    func node(at path: String) -> Int? {
        guard path == root || path.hasPrefix(root + "/") else { return nil }
        var node = Self.top
        for part in path.dropFirst(root.count).split(separator: "/") {
            guard let next = nodes[node].liveNames[String(part)] else { return nil }
            node = next
        }
        return node
    }

    /// The node that an open descriptor stands for.
    func node(of record: Trace.Record) throws -> Int {
        guard let node = open[record.descriptor] else {
            throw SuiteFailure("the trace uses descriptor \(record.descriptor), which is not open")
        }
        return node
    }

    private func parent(of path: String) throws -> (directory: Int, name: String) {
        guard let directory = node(at: FileSystem.parent(of: path)) else {
            throw SuiteFailure("the trace names \(path), whose directory is not there")
        }
        return (directory, FileSystem.name(of: path))
    }
}

extension DiskModel {
    /// Takes the next call; what it changes is pending, unless it is a sync.
    ///
    /// - Returns: How many changes it added to ``pending``.
    mutating func take(_ record: Trace.Record) throws -> Int {
        let before = pending.count
        if Self.sockets.contains(FileSystem.name(of: record.path)) { return 0 }
        switch record.kind {
        case .open: try takeOpen(record)
        case .write: try takeWrite(record)
        case .sync:
            sync(try node(of: record))
            forgetUnreachable()
            return 0
        case .truncate: resize(try node(of: record), to: record.number)
        case .allocate:
            let node = try node(of: record)
            if record.number > nodes[node].liveSize { resize(node, to: record.number) }
        case .makeDirectory: try makeNode(at: record.path, isDirectory: true)
        case .remove, .removeDirectory:
            let (directory, name) = try parent(of: record.path)
            nodes[directory].liveNames[name] = nil
            pending.append(.unlink(directory: directory, name: name))
        case .rename: try takeRename(record)
        case .exchange: try takeExchange(record)
        case .map, .mark: break
        }
        return pending.count - before
    }

    private mutating func takeOpen(_ record: Trace.Record) throws {
        // As Linux numbers them: O_CREAT and O_TRUNC.
        let (create, truncate) = (0x40, 0x200)
        var found = node(at: record.path)
        if found == nil, record.number & create != 0 {
            found = try makeNode(at: record.path, isDirectory: false)
        }
        guard let node = found else {
            throw SuiteFailure("the trace opens \(record.path), which is not there")
        }
        open[record.descriptor] = node
        if record.number & truncate != 0 { resize(node, to: 0) }
    }

    @discardableResult
    private mutating func makeNode(at path: String, isDirectory: Bool) throws -> Int {
        let (directory, name) = try parent(of: path)
        let node = nodes.count
        nodes.append(Node(isDirectory: isDirectory))
        nodes[directory].liveNames[name] = node
        pending.append(.link(directory: directory, name: name, node: node))
        return node
    }

    private mutating func takeWrite(_ record: Trace.Record) throws {
        let node = try node(of: record)
        let end = record.number + record.data.count
        let extends = end > nodes[node].liveSize
        nodes[node].liveSize = max(end, nodes[node].liveSize)
        pending.append(
            .write(node: node, offset: record.number, data: record.data, extends: extends)
        )
    }

    private mutating func takeRename(_ record: Trace.Record) throws {
        let (from, name) = try parent(of: record.path)
        let (to, newName) = try parent(of: record.target)
        guard let node = nodes[from].liveNames.removeValue(forKey: name) else {
            throw SuiteFailure("the trace renames \(record.path), which is not there")
        }
        nodes[to].liveNames[newName] = node
        pending.append(.rename(from: from, name: name, to: to, newName: newName, node: node))
    }

    private mutating func takeExchange(_ record: Trace.Record) throws {
        let (first, name) = try parent(of: record.path)
        let (second, otherName) = try parent(of: record.target)
        guard let node = nodes[first].liveNames[name],
            let other = nodes[second].liveNames[otherName]
        else { throw SuiteFailure("the trace exchanges \(record.path), which is not there") }
        nodes[first].liveNames[name] = other
        nodes[second].liveNames[otherName] = node
        pending.append(
            .exchange(
                Entry(directory: first, name: name, node: node),
                Entry(directory: second, name: otherName, node: other)
            )
        )
    }

    private mutating func resize(_ node: Int, to size: Int) {
        if nodes[node].liveSize == size { return }
        nodes[node].liveSize = size
        pending.append(.resize(node: node, size: size))
    }

    /// Makes everything about a node durable that a sync of it does.
    private mutating func sync(_ node: Int) {
        settle { change in
            switch change {
            case .write(node, _, _, _), .resize(node, _), .link(node, _, _), .unlink(node, _):
                true
            case .rename(_, _, node, _, _): true
            // It is one change of two directories: a sync of either writes it out.
            case .exchange(let first, let second):
                first.directory == node || second.directory == node
            default: false
            }
        }
    }

    /// Makes the newest change durable: a write to a file that was opened for that.
    ///
    /// Whole pages are written out, so that older writes to the same pages are durable too.
    mutating func settleNewestWrite() {
        guard case .write(let node, let offset, let data, _)? = pending.last else { return }
        let pages = (offset / 4096)...((offset + max(data.count, 1) - 1) / 4096)
        settle { change in
            guard case .write(node, let offset, let data, _) = change else { return false }
            return pages.overlaps((offset / 4096)...((offset + max(data.count, 1) - 1) / 4096))
        }
    }

    private mutating func settle(_ isSettled: (Change) -> Bool) {
        var rest: [Change] = []
        for change in pending {
            if isSettled(change) { apply(change) } else { rest.append(change) }
        }
        pending = rest
    }

    private mutating func apply(_ change: Change) {
        switch change {
        case .write(let node, let offset, let data, _):
            nodes[node].bytes.overwrite(at: offset, with: trace.bytes[data])
        case .resize(let node, let size): nodes[node].bytes.resize(to: size)
        case .link(let directory, let name, let node): nodes[directory].names[name] = node
        case .unlink(let directory, let name): nodes[directory].names[name] = nil
        case .rename(let from, let name, let to, let newName, let node):
            if nodes[from].names[name] == node { nodes[from].names[name] = nil }
            nodes[to].names[newName] = node
        case .exchange(let first, let second):
            nodes[first.directory].names[first.name] = second.node
            nodes[second.directory].names[second.name] = first.node
        }
    }

    /// Drops what is pending in directories and files that no name can lead to any more: whether
    /// it reached the disk makes no difference.
    private mutating func forgetUnreachable() {
        var reached = [Bool](repeating: false, count: nodes.count)
        var edges: [Int: [Int]] = [:]
        for change in pending {
            switch change {
            case .link(let directory, _, let node), .rename(_, _, let directory, _, let node):
                edges[directory, default: []].append(node)
            case .exchange(let first, let second):
                edges[first.directory, default: []].append(second.node)
                edges[second.directory, default: []].append(first.node)
            default: break
            }
        }
        var waiting = [Self.top]
        while let node = waiting.popLast() {
            if reached[node] { continue }
            reached[node] = true
            waiting += nodes[node].names.values
            waiting += nodes[node].liveNames.values
            waiting += edges[node] ?? []
        }
        pending.removeAll { change in
            switch change {
            case .write(let node, _, _, _), .resize(let node, _): !reached[node]
            case .link(let directory, _, _), .unlink(let directory, _): !reached[directory]
            case .rename(let from, _, let to, _, _): !reached[from] && !reached[to]
            case .exchange(let first, let second):
                !reached[first.directory] && !reached[second.directory]
            }
        }
    }
}

extension [UInt8] {
    /// Writes bytes at a place, with zeros before it where the array ends earlier.
    mutating func overwrite(at offset: Int, with other: ArraySlice<UInt8>) {
        if count < offset + other.count { resize(to: offset + other.count) }
        replaceSubrange(offset..<(offset + other.count), with: other)
    }

    /// Cuts, or extends with zeros.
    mutating func resize(to size: Int) {
        if count > size {
            removeLast(count - size)
        } else {
            append(contentsOf: repeatElement(0, count: size - count))
        }
    }
}
