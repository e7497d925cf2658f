internal import Digests

/// An intact batch somewhere in the source: all that the choice among several needs, and nothing
/// of its contents. A source may hold millions of them.
struct Candidate: Sendable {
    /// Its first sequence number.
    let first: UInt64
    /// Its first byte in its file.
    let offset: Int
    /// The first eight bytes of its SHA-256; the whole of it is compared when it is copied.
    let hash: UInt64
    /// The first eight bytes of the hash of the batch before, as it names it.
    let previous: UInt64
    /// How many events it holds.
    let count: UInt32
    /// Its length in bytes.
    let length: UInt32
    /// The epoch that wrote it.
    let epoch: UInt32
    /// Its journal, as a place in the list of journals met.
    let journal: UInt8
    /// Its file, as a place in the list of files.
    let file: UInt16
    /// What the tree of its file says.
    var marks: Marks = []

    /// What the tree of a file says about a batch in it.
    struct Marks: OptionSet, Sendable {
        let rawValue: UInt8
        /// The tree is sound and has it.
        static let isInTree = Marks(rawValue: 1)
        /// The tree is sound and does not have it.
        static let isLeftOut = Marks(rawValue: 2)
    }

    /// How much its tree speaks for it.
    var rank: Int { marks.contains(.isInTree) ? 2 : marks.contains(.isLeftOut) ? 0 : 1 }

    /// Its last sequence number.
    var last: UInt64 { first + UInt64(count) - 1 }

    init(
        _ header: BatchHeader,
        hash: SHA256Digest,
        offset: Int,
        journal: UInt8,
        file: UInt16
    ) {
        first = header.firstSequence
        self.offset = offset
        self.hash = hash.word0
        previous = header.previousHash.word0
        count = header.count
        length = header.length
        epoch = header.epoch
        self.journal = journal
        self.file = file
    }

    /// Whether this batch names `other`, which a tree must not leave out, as the one before it.
    func follows(_ other: Candidate) -> Bool {
        previous == other.hash && first == other.last + 1 && epoch >= other.epoch
            && !other.marks.contains(.isLeftOut)
    }
}
