public import Platform

/// One of the two pages that begin an LMDB file, as its bytes say.
///
/// The layout is that of LMDB 0.9 on 64-bit little-endian machines.
public struct MetaPage: Hashable, Sendable {
    /// A tree as the meta page describes it.
    public struct Tree: Hashable, Sendable {
        /// Flags of the table.
        public let flags: UInt16
        /// Levels, 0 for an empty tree.
        public let depth: UInt16
        /// Pages with keys only.
        public let branchPages: UInt64
        /// Pages with records.
        public let leafPages: UInt64
        /// Pages of records too long for a leaf.
        public let overflowPages: UInt64
        /// Number of records.
        public let entries: UInt64
        /// Number of the root page; all ones for an empty tree.
        public let root: UInt64

        /// Whether there is nothing in it.
        public var isEmpty: Bool { root == .max }
    }

    let number: UInt64
    let flags: UInt16
    let magic: UInt32
    let version: UInt32
    let address: UInt64
    let pageSize: UInt32

    /// Bytes the file may grow to.
    public let mapSize: UInt64
    /// Pages that may be used again.
    public let free: Tree
    /// The records.
    public let main: Tree
    /// Number of the last page in use.
    public let lastPage: UInt64
    /// The transaction that wrote this page.
    public let transaction: UInt64

    init(_ page: Span<UInt8>) {
        number = page.integer(at: 0, UInt64.self)
        flags = page.integer(at: 10, UInt16.self)
        magic = page.integer(at: 16, UInt32.self)
        version = page.integer(at: 20, UInt32.self)
        address = page.integer(at: 24, UInt64.self)
        mapSize = page.integer(at: 32, UInt64.self)
        pageSize = page.integer(at: 40, UInt32.self)
        free = Self.tree(page, at: 40)
        main = Self.tree(page, at: 88)
        lastPage = page.integer(at: 136, UInt64.self)
        transaction = page.integer(at: 144, UInt64.self)
    }

    private static func tree(_ page: Span<UInt8>, at place: Int) -> Tree {
        Tree(
            flags: page.integer(at: place + 4, UInt16.self),
            depth: page.integer(at: place + 6, UInt16.self),
            branchPages: page.integer(at: place + 8, UInt64.self),
            leafPages: page.integer(at: place + 16, UInt64.self),
            overflowPages: page.integer(at: place + 24, UInt64.self),
            entries: page.integer(at: place + 32, UInt64.self),
            root: page.integer(at: place + 40, UInt64.self)
        )
    }
}

extension Span<UInt8> {
    func integer<Value: FixedWidthInteger>(at offset: Int, _ type: Value.Type) -> Value {
        var value: Value = 0
        for index in 0..<MemoryLayout<Value>.size {
            value |= Value(truncatingIfNeeded: self[offset + index]) << (8 * index)
        }
        return value
    }
}

/// Checks the meta pages by plain reads, before anything maps the file.
///
/// LMDB has no checksums: a flipped bit in a meta page can select an older tree or send the
/// process to a page that does not exist.
public enum MetaCheck {
    /// Size of a page; the only one written here.
    public static let pageSize = 4096

    /// What is wrong with the meta pages of the file, in words; empty when nothing is.
    public static func faults(inFile path: String) throws(PlatformError) -> [String] {
        try faults(in: File(path: path, mode: .read))
    }

    /// What is wrong with the meta pages of an open file, in words; empty when nothing is.
    public static func faults(in file: File) throws(PlatformError) -> [String] {
        let bytes = try file.read(at: 0, count: 2 * pageSize)
        return faults(bytes.span, fileSize: try file.size())
    }

    /// The meta page that holds the newest commit; `nil` where the file is too short for one.
    public static func newest(_ bytes: Span<UInt8>) -> MetaPage? {
        guard bytes.count >= 2 * pageSize else { return nil }
        let first = MetaPage(bytes.extracting(0..<pageSize))
        let second = MetaPage(bytes.extracting(pageSize..<(2 * pageSize)))
        return first.transaction >= second.transaction ? first : second
    }

    static func faults(_ bytes: Span<UInt8>, fileSize: Int) -> [String] {
        guard bytes.count >= 2 * pageSize else {
            return ["the file has \(fileSize) bytes, fewer than its two meta pages"]
        }
        let pages = [
            MetaPage(bytes.extracting(0..<pageSize)),
            MetaPage(bytes.extracting(pageSize..<(2 * pageSize))),
        ]
        var faults: [String] = []
        for (index, page) in pages.enumerated() {
            let other = pages[1 - index].transaction
            // Of two pages that were never committed LMDB takes the first.
            let isOlder = page.transaction < other || (page.transaction == other && index == 1)
            faults += page.faults(index: index, fileSize: fileSize, isOlder: isOlder)
        }
        let older = pages[0].transaction <= pages[1].transaction ? pages[0] : pages[1]
        let newer = pages[0].transaction <= pages[1].transaction ? pages[1] : pages[0]
        let isFresh = newer.transaction == 0
        if !isFresh && newer.transaction - older.transaction != 1 {
            faults.append(
                "the meta pages hold transactions \(older.transaction) and "
                    + "\(newer.transaction), which do not follow each other"
            )
        }
        if newer.lastPage < older.lastPage {
            faults.append("the newer meta page ends at an earlier page than the older one")
        }
        return faults
    }
}

extension MetaPage {
    /// What is wrong with the page.
    ///
    /// Where LMDB could not write the page, it takes it back, but only by its transaction and its
    /// last page. The trees are then those of the commit that failed: behind the last page, though
    /// within the file. Nobody follows them, and the next commit replaces the page.
    fileprivate func faults(index: Int, fileSize: Int, isOlder: Bool) -> [String] {
        var faults: [String] = []
        func require(_ condition: Bool, _ fault: @autoclosure () -> String) {
            if !condition { faults.append("meta page \(index): " + fault()) }
        }
        let size = UInt64(MetaCheck.pageSize)
        require(number == UInt64(index), "its number is \(number)")
        require(flags == 8, "its flags are \(flags), not those of a meta page")
        require(magic == 0xBEEF_C0DE && version == 1, "it is not of LMDB 0.9")
        require(pageSize == UInt32(size), "its page size is \(pageSize), not \(size)")
        require(address == 0, "it asks for a fixed address")
        require(
            transaction == 0 || transaction & 1 == UInt64(index),
            "it holds transaction \(transaction), which belongs to the other page"
        )
        require(
            mapSize % size == 0 && mapSize <= 1 << 46 && UInt64(fileSize) <= mapSize,
            "its map size is \(mapSize), the file has \(fileSize) bytes"
        )
        require(
            lastPage >= 1 && lastPage < UInt64(fileSize) / size,
            "its last page is \(lastPage), the file has \(fileSize) bytes"
        )
        require(free.flags == 8, "the flags of its free list are \(free.flags), not 8")
        require(main.flags == 0, "the flags of its table are \(main.flags), not 0")
        let pages = UInt64(fileSize) / size
        let last = isOlder && pages > lastPage ? pages - 1 : lastPage
        for (tree, name) in [(free, "free list"), (main, "table")] {
            require(tree.isPlausible(lastPage: last), "its \(name) has an impossible shape")
        }
        return faults
    }
}

extension MetaPage.Tree {
    fileprivate func isPlausible(lastPage: UInt64) -> Bool {
        if isEmpty || depth == 0 || entries == 0 || leafPages == 0 {
            return isEmpty && depth == 0 && entries == 0 && leafPages == 0
                && branchPages == 0 && overflowPages == 0
        }
        return root >= 2 && root <= lastPage && depth <= 32
            && branchPages <= lastPage && leafPages <= lastPage && overflowPages <= lastPage
            && (depth > 1) == (branchPages > 0) && entries <= lastPage << 12
    }
}
