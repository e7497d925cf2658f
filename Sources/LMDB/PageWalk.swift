internal import CLMDB
internal import Glibc
internal import Platform

/// What the newest meta page of a store's file says, for plain reads while nobody writes it.
///
/// LMDB maps the file and follows page numbers without asking whether they make sense: a damaged
/// page, or a file cut short, ends the process that follows them. Plain reads cannot.
struct PageView: Sendable {
    let path: String
    let file: File
    let meta: MetaPage
    /// The first page number that is not there.
    let limit: UInt64

    /// Looks at a file as it is now.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - path: the directory of the store, for messages.
    init(_ file: File, path: String) throws(LMDBError) {
        var newest: MetaPage?
        do throws(PlatformError) {
            let front = try file.read(at: 0, count: 2 * MetaCheck.pageSize)
            newest = MetaCheck.newest(front.span)
            limit = UInt64(try file.size() / MetaCheck.pageSize)
        } catch {
            throw LMDBError(error.code, "read", path)
        }
        guard let newest, newest.main.isEmpty || (1...32).contains(newest.main.depth) else {
            throw LMDBError(MDB_INVALID, "read", path)
        }
        self.path = path
        self.file = file
        meta = newest
    }
}

/// Walks the records of a store's file by plain reads, in both directions.
///
/// Every page is checked before it is believed: in range, its own number, of its kind, entries
/// within it; and numbers ascend, so that no walk can go on for ever.
@safe final class PageWalk {
    /// Where a walk stands on one level of the tree.
    private struct Level {
        var index = 0
        var count = 0
    }

    private let file: PageView
    private let depth: Int
    private var levels: [Level]
    /// One page for each level, the root first.
    private let pages: UnsafeMutableRawBufferPointer
    /// The pages of the long record at hand, with their header.
    private var long = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)
    private var isPlaced = false

    /// The record at hand.
    private(set) var number: UInt64 = 0
    private(set) var record = unsafe UnsafeRawBufferPointer(start: nil, count: 0)

    init(_ file: PageView) {
        self.file = file
        depth = file.meta.main.isEmpty ? 0 : Int(file.meta.main.depth)
        levels = [Level](repeating: Level(), count: depth)
        unsafe pages = .allocate(byteCount: max(1, depth) * MetaCheck.pageSize, alignment: 16)
    }

    deinit {
        unsafe pages.deallocate()
        unsafe long.deallocate()
    }
}

extension PageWalk {
    /// Goes to the first record at or above `wanted`; false where there is none.
    func seek(_ wanted: UInt64) throws(LMDBError) -> Bool {
        guard try seek(notAbove: wanted) else { return false }
        return number >= wanted ? true : try next()
    }

    /// Goes to the last record at or below `wanted`, or to the first where all are above; false
    /// where there is none.
    func seek(notAbove wanted: UInt64) throws(LMDBError) -> Bool {
        guard depth > 0 else { return false }
        try descend(from: 0, page: file.meta.main.root) { key in key <= wanted }
        try take()
        if number <= wanted { return true }
        return try previous() ? true : try first()
    }

    /// Goes to the first record; false where there is none.
    func first() throws(LMDBError) -> Bool {
        guard depth > 0 else { return false }
        try descend(from: 0, page: file.meta.main.root) { _ in false }
        try take()
        return true
    }

    /// Goes to the last record; false where there is none.
    func last() throws(LMDBError) -> Bool {
        guard depth > 0 else { return false }
        try descend(from: 0, page: file.meta.main.root) { _ in true }
        try take()
        return true
    }

    /// Goes on to the next record; to the first where the walk stands nowhere.
    func next() throws(LMDBError) -> Bool {
        guard isPlaced else { return try first() }
        let before = number
        guard let level = levels.lastIndex(where: { $0.index + 1 < $0.count }) else { return false }
        levels[level].index += 1
        if level + 1 < depth {
            try descend(from: level + 1, page: child(level)) { _ in false }
        }
        try take()
        guard number > before else { throw damaged("its records are out of order") }
        return true
    }

    /// Goes back to the record before; to the last where the walk stands nowhere.
    func previous() throws(LMDBError) -> Bool {
        guard isPlaced else { return try last() }
        let behind = number
        guard let level = levels.lastIndex(where: { $0.index > 0 }) else { return false }
        levels[level].index -= 1
        if level + 1 < depth {
            try descend(from: level + 1, page: child(level)) { _ in true }
        }
        try take()
        guard number < behind else { throw damaged("its records are out of order") }
        return true
    }
}

extension PageWalk {
    /// Goes down to a leaf by the last entry of each page for which `isBefore` holds; the first
    /// entry of a page is taken where it holds for none.
    private func descend(
        from top: Int,
        page root: UInt64,
        _ isBefore: (UInt64) -> Bool
    ) throws(LMDBError) {
        isPlaced = false
        var page = root
        for level in top..<depth {
            try load(page, level)
            // The first key of a branch is not used: all keys below it are below the second.
            var low = 1
            var high = levels[level].count
            while low < high {
                let middle = (low + high) / 2
                if isBefore(try key(level, middle)) { low = middle + 1 } else { high = middle }
            }
            levels[level].index = low - 1
            if level + 1 < depth { page = try child(level) }
        }
        isPlaced = true
    }

    /// Reads a page and checks all that later steps rely on.
    private func load(_ page: UInt64, _ level: Int) throws(LMDBError) {
        guard page >= 2, page < file.limit else { throw damaged("page \(page) is not there") }
        let base = level * MetaCheck.pageSize
        try unsafe read(page, into: .init(rebasing: pages[base..<(base + MetaCheck.pageSize)]))
        let kind: UInt16 = level + 1 < depth ? 1 : 2
        let lower = Int(word(base + 12))
        let upper = Int(word(base + 14))
        guard unsafe pages.loadUnaligned(fromByteOffset: base, as: UInt64.self) == page,
            word(base + 10) == kind, lower >= 18, lower & 1 == 0, lower <= upper,
            upper <= MetaCheck.pageSize
        else { throw damaged("page \(page) is not what the tree says") }
        levels[level] = Level(index: 0, count: (lower - 16) / 2)
    }

    private func read(
        _ page: UInt64,
        into bytes: UnsafeMutableRawBufferPointer
    ) throws(LMDBError) {
        do throws(PlatformError) {
            var span = unsafe MutableSpan<UInt8>(_unsafeBytes: bytes)
            let count = try file.file.read(into: &span, at: Int(page) * MetaCheck.pageSize)
            if count == bytes.count { return }
        } catch {
            throw LMDBError(error.code, "read a page of", file.path)
        }
        throw damaged("it ends within page \(page)")
    }

    /// The start of an entry in `pages`, with room for its head and a number behind it.
    private func entry(_ level: Int, _ index: Int) throws(LMDBError) -> Int {
        let base = level * MetaCheck.pageSize
        let start = Int(word(base + 16 + 2 * index))
        // A branch's first key may be empty; then there is no number behind the head.
        let isBare = index == 0 && level + 1 < depth
        guard start >= 16 + 2 * levels[level].count,
            start + (isBare ? 8 : 16) <= MetaCheck.pageSize,
            isBare || word(base + start + 6) == 8
        else { throw damaged("an entry lies outside of its page") }
        return base + start
    }

    private func key(_ level: Int, _ index: Int) throws(LMDBError) -> UInt64 {
        let start = try entry(level, index)
        return unsafe pages.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self).byteSwapped
    }

    /// The page below the entry at hand.
    private func child(_ level: Int) throws(LMDBError) -> UInt64 {
        let start = try entry(level, levels[level].index)
        let low = UInt64(word(start))
        return low | UInt64(word(start + 2)) << 16 | UInt64(word(start + 4)) << 32
    }

    /// Makes the entry of the leaf the record at hand.
    private func take() throws(LMDBError) {
        let leaf = depth - 1
        let start = try entry(leaf, levels[leaf].index)
        let size = Int(word(start)) | Int(word(start + 2)) << 16
        let flags = word(start + 4)
        let end = (leaf + 1) * MetaCheck.pageSize
        let data = start + 16
        guard flags <= 1, data + (flags == 0 ? size : 8) <= end else {
            throw damaged("a record lies outside of its page")
        }
        number = try key(leaf, levels[leaf].index)
        if flags == 0 {
            unsafe record = .init(rebasing: pages[data..<(data + size)])
        } else {
            let page = unsafe pages.loadUnaligned(fromByteOffset: data, as: UInt64.self)
            try takeLong(page, size)
        }
    }

    private func takeLong(_ page: UInt64, _ size: Int) throws(LMDBError) {
        let count = 16 + size
        let needed = UInt64((count + MetaCheck.pageSize - 1) / MetaCheck.pageSize)
        guard page >= 2, page < file.limit, needed <= file.limit - page else {
            throw damaged("a long record lies outside of it")
        }
        if unsafe long.count < count {
            unsafe long.deallocate()
            unsafe long = .allocate(byteCount: count + count / 4, alignment: 16)
        }
        try unsafe read(page, into: .init(rebasing: long[..<count]))
        guard unsafe long.loadUnaligned(as: UInt64.self) == page,
            unsafe long.loadUnaligned(fromByteOffset: 10, as: UInt16.self) == 4
        else { throw damaged("page \(page) does not begin a long record") }
        unsafe record = .init(rebasing: long[16..<count])
    }

    /// Two bytes of `pages`; the place was checked.
    private func word(_ place: Int) -> UInt16 {
        unsafe pages.loadUnaligned(fromByteOffset: place, as: UInt16.self)
    }

    private func damaged(_ what: String) -> LMDBError {
        isPlaced = false
        return LMDBError(MDB_CORRUPTED, "read a page, as \(what), of", file.path)
    }
}
