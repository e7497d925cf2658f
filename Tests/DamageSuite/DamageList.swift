import Digests
import SuiteSupport

/// What is damaged, in a sample: a list of damages that is the same for the same sample and seed.
enum Target: String, Codable, CaseIterable {
    /// Every bit of all segments.
    case everyBit = "every-bit"
    /// Every bit of the newest snapshot.
    case snapshot
    /// Every bit of the two witnesses.
    case witnesses
    /// Every bit of the lock files.
    case locks
    /// Every bit of the pages that hold the free list of the last segment.
    case freeList = "free-list"
    /// Bits of all segments, by chance.
    case random
    /// Every truncation, every page zeroed, every two pages swapped, of segments; and truncations
    /// of snapshots and witnesses.
    case pages
    /// Every older image of every page.
    case stale
    /// Every older copy of the journal, under three kinds of inner witness.
    case older
}

/// The damages of a target, by their numbers.
struct DamageList {
    let count: Int
    private let damage: (Int) -> Damage

    subscript(number: Int) -> Damage { damage(number) }

    private init(_ damages: [Damage]) {
        count = damages.count
        damage = { damages[$0] }
    }

    /// Lists the damages.
    ///
    /// - Parameters:
    ///   - target: What is damaged.
    ///   - sample: In which sample.
    ///   - tree: The sample's bytes.
    ///   - seed: Where chance begins.
    ///   - flips: How many bits are flipped by chance.
    /// - Throws: `PlatformError` where older copies cannot be read.
    init(_ target: Target, _ sample: Sample, _ tree: FileTree, seed: UInt64, flips: Int) throws {
        switch target {
        case .everyBit: self.init(everyBitOf: tree.segments, tree)
        case .snapshot: self.init(everyBitOf: Array(tree.snapshots.suffix(1)), tree)
        case .witnesses:
            let paths = tree.files.keys.filter { $0.hasSuffix("witness") }.sorted()
            self.init(everyBitOf: paths, tree)
        case .locks:
            let names = ["/writer.lock", "/lock.mdb"]
            let paths = tree.files.keys.filter { path in names.contains { path.hasSuffix($0) } }
            self.init(everyBitOf: paths.sorted(), tree)
        case .freeList: self.init(Self.freeListBits(tree))
        case .random: self.init(flips, tree, seed: seed)
        case .pages: self.init(Self.pages(tree))
        case .stale: self.init(try Self.stale(sample, tree))
        case .older:
            let count = try sample.copyCount()
            self.init(
                (1..<max(1, count)).flatMap { copy in
                    Damage.Witness.allCases.map { .older(copy: copy, witness: $0) }
                }
            )
        }
    }

    private init(everyBitOf paths: [String], _ tree: FileTree) {
        let sizes = paths.map { (path: $0, bits: 8 * (tree.files[$0]?.count ?? 0)) }
        count = sizes.reduce(0) { $0 + $1.bits }
        damage = { number in Self.flip(number, sizes) }
    }

    private init(_ flips: Int, _ tree: FileTree, seed: UInt64) {
        let sizes = tree.segments.map { (path: $0, bits: 8 * (tree.files[$0]?.count ?? 0)) }
        let all = sizes.reduce(0) { $0 + $1.bits }
        count = flips
        damage = { number in
            // By its number, so that every flip can be made again by itself.
            var chance = Chance(seed: seed &* 0x2545_F491_4F6C_DD1D &+ UInt64(number))
            return Self.flip(chance.below(max(1, all)), sizes)
        }
    }

    private static func flip(_ number: Int, _ sizes: [(path: String, bits: Int)]) -> Damage {
        var rest = number
        for (path, bits) in sizes {
            if rest < bits { return .flip(path: path, byte: rest / 8, bit: rest % 8) }
            rest -= bits
        }
        return .flip(path: sizes[0].path, byte: 0, bit: 0)
    }
}

extension DamageList {
    private static func pages(_ tree: FileTree) -> [Damage] {
        var damages: [Damage] = []
        for path in tree.segments {
            let size = tree.files[path]?.count ?? 0
            let pages = size / Damage.pageSize
            damages += stride(from: 0, to: size, by: 512).map { .cut(path: path, length: $0) }
            damages += (0..<pages).map { .zero(path: path, page: $0) }
            damages += (0..<max(0, pages - 1)).map { .swap(path: path, page: $0) }
        }
        let others = tree.snapshots + tree.files.keys.filter { $0.hasSuffix("witness") }.sorted()
        for path in others {
            let size = tree.files[path]?.count ?? 0
            damages += stride(from: 0, to: size, by: 512).map { .cut(path: path, length: $0) }
        }
        return damages
    }

    /// Every image that a page of the last copies had before and has no more.
    private static func stale(_ sample: Sample, _ tree: FileTree) throws -> [Damage] {
        let hasher = SHA256()
        var damages: [Damage] = []
        var seen: Set<Image> = []
        func isNew(_ path: String, _ page: Int, _ bytes: [UInt8]) -> Bool {
            let start = page * Damage.pageSize
            let image = bytes.span.extracting(start..<(start + Damage.pageSize))
            return seen.insert(Image(path: path, page: page, hash: hasher.digest(of: image)))
                .inserted
        }
        for path in tree.segments {
            guard let bytes = tree.files[path] else { continue }
            for page in 0..<(bytes.count / Damage.pageSize) { _ = isNew(path, page, bytes) }
        }
        for copy in 1..<max(1, try sample.copyCount()) {
            let older = try FileTree(of: sample.copy(copy)) { $0 == "data.mdb" }
            for (below, bytes) in older.files.sorted(by: { $0.key < $1.key }) {
                let path = "journal/" + below
                let now = (tree.files[path]?.count ?? 0) / Damage.pageSize
                for page in 0..<min(now, bytes.count / Damage.pageSize)
                where isNew(path, page, bytes) {
                    damages.append(.stale(path: path, page: page, copy: copy))
                }
            }
        }
        return damages
    }

    private struct Image: Hashable {
        let path: String
        let page: Int
        let hash: SHA256Digest
    }

    /// The bits of the page that holds the free list of the last segment that has one.
    private static func freeListBits(_ tree: FileTree) -> [Damage] {
        for path in tree.segments.reversed() {
            guard let bytes = tree.files[path], let root = freeListRoot(bytes) else { continue }
            return (0..<(8 * Damage.pageSize)).map { bit in
                .flip(path: path, byte: root * Damage.pageSize + bit / 8, bit: bit % 8)
            }
        }
        return []
    }

    /// The page of a free list that is a single page; the layout is that of LMDB 0.9.
    private static func freeListRoot(_ bytes: [UInt8]) -> Int? {
        func number(_ place: Int, _ width: Int) -> Int {
            (0..<width).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
        }
        let second = Damage.pageSize
        let meta = number(144, 8) >= number(second + 144, 8) ? 0 : second
        return number(meta + 46, 2) == 1 ? number(meta + 80, 8) : nil
    }
}
