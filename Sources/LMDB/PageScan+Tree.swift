public import Platform

extension PageScan {
    private enum Kind: UInt16 {
        case branch = 1
        case leaf = 2
    }

    /// Checks the free list: its own pages, that every page in it exists and is met once, and that
    /// the table does not use it, in the part that was not scanned either.
    ///
    /// - Parameter number: The number that a record is stored under, as its first bytes say; `nil`
    ///   where they do not.
    /// - Throws: `PlatformError` when the file cannot be read.
    public func scanFreeList(
        _ number: (Span<UInt8>) -> UInt64? = { _ in nil }
    ) throws(PlatformError) {
        var pages: [UInt64] = []
        var counts = PageCounts()
        var walk = TreeWalk(from: 0, isBigEndian: false)
        try descend(meta.free, &walk, &counts) { place, bytes in
            let room = bytes.count / 8 - 1
            let listed = room >= 0 ? bytes.integer(at: 0, UInt64.self) : .max
            // A record that was kept as room and is empty may be of any length.
            guard bytes.count % 8 == 0, listed == 0 || listed == UInt64(clamping: room) else {
                note(0, "the free list of transaction \(place.number) has an impossible length")
                return
            }
            for index in 0..<Int(clamping: listed) {
                let page = bytes.integer(at: 8 + 8 * index, UInt64.self)
                if claim(page, "free") { pages.append(page) }
            }
        }
        if counts.entries != meta.free.entries {
            note(0, "the free list has \(counts.entries) entries, not \(meta.free.entries)")
        }
        guard isPartial else { return }
        for page in pages where try isInUse(page, number) {
            note(page, "page \(page) is named as free and is in use elsewhere")
        }
    }

    /// Hands out the records of the table in order, beginning with the last one whose number is
    /// not above `number`.
    ///
    /// - Parameters:
    ///   - number: where to begin; 0 for everything, with the counts of pages checked too.
    ///   - body: gets where the record lies, and its bytes, valid only during the call.
    /// - Returns: what was counted; of the whole table when `number` is 0.
    /// - Throws: `PlatformError` when the file cannot be read.
    public func scanRecords(
        from number: UInt64 = 0,
        _ body: (RecordPlace, Span<UInt8>) -> Void
    ) throws(PlatformError) -> PageCounts {
        var counts = PageCounts()
        var walk = TreeWalk(from: number, isBigEndian: true)
        isPartial = number > 0
        try descend(meta.main, &walk, &counts, body)
        let tree = meta.main
        if number == 0 {
            let expected = PageCounts(
                branch: tree.branchPages,
                leaf: tree.leafPages,
                overflow: tree.overflowPages,
                entries: tree.entries
            )
            if counts != expected {
                note(
                    tree.root == .max ? 0 : tree.root,
                    "the tree has \(counts.entries) records on \(counts.leaf) pages, "
                        + "the meta page says \(tree.entries) on \(tree.leafPages)"
                )
            }
        }
        return counts
    }

    /// Hands out the last record whose number is not above `number`.
    public func firstRecord(
        from number: UInt64,
        _ body: (RecordPlace, Span<UInt8>) -> Void
    ) throws(PlatformError) {
        var counts = PageCounts()
        var walk = TreeWalk(from: number, isBigEndian: true)
        walk.isOnlyFirstWanted = true
        try descend(meta.main, &walk, &counts, body)
    }

    private func descend(
        _ tree: MetaPage.Tree,
        _ walk: inout TreeWalk,
        _ counts: inout PageCounts,
        _ body: (RecordPlace, Span<UInt8>) -> Void
    ) throws(PlatformError) {
        if tree.isEmpty { return }
        guard tree.depth >= 1, tree.depth <= 32 else {
            return note(tree.root, "a tree of \(tree.depth) levels is impossible")
        }
        try visit(tree.root, level: Int(tree.depth), Room(), &walk, &counts, body)
    }

    private func visit(
        _ page: UInt64,
        level: Int,
        _ room: Room,
        _ walk: inout TreeWalk,
        _ counts: inout PageCounts,
        _ body: (RecordPlace, Span<UInt8>) -> Void
    ) throws(PlatformError) {
        guard !walk.isOver, claim(page, "part of a tree") else { return }
        var bytes = [UInt8](repeating: 0, count: MetaCheck.pageSize)
        guard try readPage(page, into: &bytes) else {
            return note(page, "the file ends within page \(page)")
        }
        let kind: Kind = level > 1 ? .branch : .leaf
        guard
            let nodes = nodes(
                bytes.span,
                page: page,
                kind: kind,
                isBigEndian: walk.isBigEndian
            )
        else { return }
        if kind == .leaf {
            counts.leaf += 1
            try visitLeaf(bytes, page: page, room, nodes, &walk, &counts, body)
            return
        }
        counts.branch += 1
        let rooms = room.split(at: nodes.dropFirst().map(\.number))
        if rooms == nil { note(page, "the entries of page \(page) lead astray") }
        for (index, node) in nodes.enumerated() {
            // The first key of a branch page is not used; what is below it is below the second.
            if index + 1 < nodes.count, walk.skips(upTo: nodes[index + 1].number) { continue }
            let below = rooms?[index] ?? Room()
            try visit(node.child, level: level - 1, below, &walk, &counts, body)
        }
    }

    private func visitLeaf(
        _ bytes: [UInt8],
        page: UInt64,
        _ room: Room,
        _ nodes: [Node],
        _ walk: inout TreeWalk,
        _ counts: inout PageCounts,
        _ body: (RecordPlace, Span<UInt8>) -> Void
    ) throws(PlatformError) {
        for (index, node) in nodes.enumerated() {
            if index + 1 < nodes.count, walk.skips(upTo: nodes[index + 1].number) { continue }
            if walk.isOver { return }
            guard walk.advance(to: node.number) else {
                note(page, "record \(node.number) of page \(page) is out of order")
                continue
            }
            if !room.holds(node.number) {
                note(page, "record \(node.number) of page \(page) is not found by its number")
            }
            counts.entries += 1
            let fileOffset = Int(page) * MetaCheck.pageSize + node.data
            if node.flags & 1 == 0 {
                let place = RecordPlace(number: node.number, fileOffset: fileOffset)
                body(place, bytes.span.extracting(node.data..<(node.data + node.size)))
                continue
            }
            let start = bytes.span.integer(at: node.data, UInt64.self)
            guard start < 1 << 40 else {
                note(page, "record \(node.number) lies outside of the file")
                continue
            }
            let place = RecordPlace(
                number: node.number,
                fileOffset: Int(start) * MetaCheck.pageSize + 16
            )
            let pages = try withLongRecord(start, size: node.size) { body(place, $0) }
            counts.overflow += pages ?? 0
        }
    }

    /// The nodes of a page; `nil`, with a fault noted, when it is no such page.
    private func nodes(
        _ bytes: Span<UInt8>,
        page: UInt64,
        kind: Kind,
        isBigEndian: Bool
    ) -> [Node]? {
        let lower = Int(bytes.integer(at: 12, UInt16.self))
        let upper = Int(bytes.integer(at: 14, UInt16.self))
        guard bytes.integer(at: 0, UInt64.self) == page,
            bytes.integer(at: 10, UInt16.self) == kind.rawValue,
            lower >= 18, lower & 1 == 0, lower <= upper, upper <= bytes.count
        else {
            note(page, "page \(page) is not the \(kind) page it should be")
            return nil
        }
        var nodes: [Node] = []
        var length = 0
        nodes.reserveCapacity((lower - 16) / 2)
        for slot in stride(from: 16, to: lower, by: 2) {
            let start = Int(bytes.integer(at: slot, UInt16.self))
            guard start >= upper, start + 8 <= bytes.count,
                let node = Node(bytes, at: start, kind == .branch, isBigEndian: isBigEndian)
            else {
                note(page, "an entry of page \(page) lies outside of it")
                continue
            }
            nodes.append(node)
            length += node.length
        }
        // LMDB moves entries about by their lengths: a wrong one would make it ruin the page.
        if nodes.count == (lower - 16) / 2, length != bytes.count - upper {
            note(page, "the entries of page \(page) do not fill their room")
        }
        return nodes
    }
}

extension PageScan {
    /// Whether the table leads to a page, asked of the page itself: what it holds, or once held,
    /// has a number, and by that the table leads to it or to another.
    private func isInUse(
        _ page: UInt64,
        _ number: (Span<UInt8>) -> UInt64?
    ) throws(PlatformError) -> Bool {
        var bytes = [UInt8](repeating: 0, count: MetaCheck.pageSize)
        // The pages of a long record do not say their own numbers, but for the first.
        var start = page
        while true {
            guard start >= 2, try readPage(start, into: &bytes) else { return false }
            if bytes.span.integer(at: 0, UInt64.self) == start { break }
            guard searchesLeft > 0 else { return true }
            searchesLeft -= 1
            start -= 1
        }
        let span = bytes.span
        var found: UInt64?
        switch span.integer(at: 10, UInt16.self) {
        case Kind.branch.rawValue: found = start == page ? lastNumber(span, isBranch: true) : nil
        case Kind.leaf.rawValue: found = start == page ? lastNumber(span, isBranch: false) : nil
        case 4:
            let length = UInt64(span.integer(at: 12, UInt32.self))
            found = page - start < length ? number(span.extracting(16..<span.count)) : nil
        default: break
        }
        return try found.map { (found) throws(PlatformError) in
            try leads(to: start, by: found)
        } ?? false
    }

    /// The number of the last entry of a page; `nil` where it has none that lies within it.
    private func lastNumber(_ bytes: Span<UInt8>, isBranch: Bool) -> UInt64? {
        let lower = Int(bytes.integer(at: 12, UInt16.self))
        guard lower >= 18, lower <= bytes.count else { return nil }
        let start = Int(bytes.integer(at: lower - 2, UInt16.self))
        guard start >= lower, start + 16 <= bytes.count else { return nil }
        return Node(bytes, at: start, isBranch, isBigEndian: true)?.number
    }

    /// Whether a page is met on the way to the record of a number, or holds it.
    private func leads(to page: UInt64, by number: UInt64) throws(PlatformError) -> Bool {
        var place = meta.main.root
        var bytes = [UInt8](repeating: 0, count: MetaCheck.pageSize)
        for level in stride(from: Int(min(meta.main.depth, 32)), to: 0, by: -1) {
            guard isInRange(place) else { return false }
            if place == page { return true }
            let kind: Kind = level > 1 ? .branch : .leaf
            guard try readPage(place, into: &bytes),
                let nodes = nodes(bytes.span, page: place, kind: kind, isBigEndian: true)
            else { return false }
            let index = nodes.lastIndex { $0.number <= number } ?? 0
            guard index < nodes.count else { return false }
            if kind == .branch {
                place = nodes[index].child
            } else if nodes[index].flags & 1 == 1 {
                return bytes.span.integer(at: nodes[index].data, UInt64.self) == page
            }
        }
        return false
    }
}

/// The numbers that the keys above a page lead to it.
private struct Room: Equatable {
    var first: UInt64 = 0
    /// The first number that leads elsewhere; `nil` where none does.
    var end: UInt64?

    func holds(_ number: UInt64) -> Bool {
        number >= first && end.map { number < $0 } ?? true
    }

    /// The rooms on both sides of each key; `nil` where the keys do not ascend within this one.
    func split(at keys: [UInt64]) -> [Room]? {
        var rooms: [Room] = []
        var rest = self
        for key in keys {
            guard key > rest.first, holds(key) else { return nil }
            rooms.append(Room(first: rest.first, end: key))
            rest.first = key
        }
        return rooms + [rest]
    }
}

/// Where a walk through a tree has come.
private struct TreeWalk {
    let start: UInt64
    private var last: UInt64?
    var isOnlyFirstWanted = false

    /// Whether all that was wanted has been handed out.
    var isOver: Bool { isOnlyFirstWanted && last != nil }

    /// Keys of the table are big-endian; those of the free list are LMDB's own integers.
    let isBigEndian: Bool

    init(from start: UInt64, isBigEndian: Bool) {
        self.start = start
        self.isBigEndian = isBigEndian
    }

    /// Whether everything before `next` is before the start too.
    func skips(upTo next: UInt64) -> Bool { last == nil && next <= start }

    mutating func advance(to number: UInt64) -> Bool {
        if let last, number <= last { return false }
        last = number
        return true
    }
}

/// An entry of a page.
private struct Node {
    let number: UInt64
    let flags: UInt16
    /// Page below, for a branch.
    let child: UInt64
    /// Place of the record, or of the number of its first page, in the page.
    let data: Int
    /// Length of the record in bytes.
    let size: Int
    /// Bytes that the entry takes up in its page.
    let length: Int

    init?(_ bytes: Span<UInt8>, at start: Int, _ isBranch: Bool, isBigEndian: Bool) {
        let low = UInt64(bytes.integer(at: start, UInt16.self))
        let high = UInt64(bytes.integer(at: start + 2, UInt16.self))
        flags = bytes.integer(at: start + 4, UInt16.self)
        let keyLength = Int(bytes.integer(at: start + 6, UInt16.self))
        data = start + 8 + keyLength
        if isBranch {
            child = low | high << 16 | UInt64(flags) << 32
            size = 0
            length = 8 + keyLength
            guard keyLength == 8 || keyLength == 0, data <= bytes.count else { return nil }
        } else {
            child = 0
            size = Int(low | high << 16)
            let inPage = flags & 1 == 0 ? size : 8
            length = (16 + inPage + 1) & ~1
            guard keyLength == 8, flags <= 1, data + inPage <= bytes.count else { return nil }
        }
        let key = keyLength == 8 ? bytes.integer(at: start + 8, UInt64.self) : 0
        number = isBigEndian ? key.byteSwapped : key
    }
}
