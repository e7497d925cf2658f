import SuiteSupport

/// A moment at which the power may fail, and all that the disk may hold then.
///
/// The pending changes are grouped into units that are chosen freely: writes to the same place are
/// one unit with as many versions, a write that makes its file longer may also leave only the
/// length. At a change only the choices with that change are new; what the disk may hold without
/// it was examined at the moment before.
struct CrashPoint {
    /// Changes of which at most one is seen.
    struct Unit {
        /// Places in the pending changes, oldest first.
        var versions: [Int]
        /// Whether the file may have become longer without getting the bytes.
        var canOnlyGrow = false

        /// Nothing, one of the versions, or only the growth.
        var choices: Int { versions.count + 1 + (canOnlyGrow ? 1 : 0) }
    }

    /// What the disk holds: a choice for each unit, and parts of one write.
    struct Choice: Hashable {
        /// 0 for nothing, then the versions, then only the growth.
        var units: [UInt8]
        /// What reached the disk of the newest change; `nil` where units says all.
        var tear: Tear?
    }

    /// The parts of a write that reached the disk.
    enum Tear: Hashable {
        /// Sectors before this one.
        case before(Int)
        /// Sectors from this one on.
        case from(Int)
        case without(Int)
        case only(Int)
        /// A bit for each sector, again after 64.
        case chosen(UInt64)
        /// This many bytes of a sector, which no disk should leave.
        case bytes(Int)
    }

    private struct Place: Hashable {
        let node: Int
        let offset: Int
        let length: Int
    }

    let units: [Unit]
    /// The unit of the newest change; `nil` where nothing changed and more was promised.
    let newest: Int?
    private let length: Int
    private let isDurable: Bool

    /// The moment after the newest of the pending changes.
    ///
    /// - Parameters:
    ///   - model: The disk.
    ///   - isNew: Whether the newest change is what is new; otherwise a promise is.
    ///   - isDurable: Whether the newest change is a write that is durable when it returns.
    init(_ model: DiskModel, isNew: Bool, isDurable: Bool) {
        var units: [Unit] = []
        var places: [Place: Int] = [:]
        var newest = 0
        var length = 0
        for (index, change) in model.pending.enumerated() {
            newest = units.count
            length = 0
            guard case .write(let node, let offset, let data, let extends) = change else {
                units.append(Unit(versions: [index]))
                continue
            }
            length = data.count
            let place = Place(node: node, offset: offset, length: length)
            if let known = places[place], units[known].versions.count < 250 {
                units[known].versions.append(index)
                newest = known
            } else {
                places[place] = units.count
                units.append(Unit(versions: [index], canOnlyGrow: extends))
            }
        }
        self.units = units
        self.newest = isNew && !units.isEmpty ? newest : nil
        self.length = length
        self.isDurable = isDurable
    }

    /// Everything the disk may hold, or as much of it as `limit` allows.
    ///
    /// Where there is more, the extremes are taken, all, none, one missing and only one, and then
    /// chance decides.
    func choices(limit: Int, chance: inout Chance) -> [Choice] {
        var open = units.map { Array(0..<UInt8($0.choices)) }
        if let newest {
            let unit = units[newest]
            let latest = UInt8(unit.versions.count)
            open[newest] = unit.canOnlyGrow ? [latest, latest + 1] : [latest]
        }
        var count = 1
        for choices in open where count <= limit { count *= choices.count }
        let found = count <= limit ? all(open) : sample(open, limit: limit, chance: &chance)
        return found.map { Choice(units: $0) } + torn(open, chance: &chance)
    }

    private func all(_ open: [[UInt8]]) -> [[UInt8]] {
        var found: [[UInt8]] = [[]]
        for choices in open {
            found = found.flatMap { prefix in choices.map { prefix + [$0] } }
        }
        return found
    }

    private var everything: [UInt8] { units.map { UInt8($0.versions.count) } }

    private func sample(
        _ open: [[UInt8]],
        limit: Int,
        chance: inout Chance
    ) -> [[UInt8]] {
        var found: [[UInt8]] = []
        var known: Set<[UInt8]> = []
        func add(_ choice: [UInt8]) {
            if found.count < limit, known.insert(choice).inserted { found.append(choice) }
        }
        let most = zip(open, everything).map { $0.contains($1) ? $1 : $0[0] }
        let least = open.map { $0[0] }
        add(most)
        add(least)
        for index in open.indices {
            for choice in open[index] {
                for base in [most, least] {
                    var changed = base
                    changed[index] = choice
                    add(changed)
                }
            }
        }
        var attempts = 0
        while found.count < limit, attempts < 4 * limit {
            attempts += 1
            add(open.map { $0[chance.below($0.count)] })
        }
        return found
    }

    /// The newest change, a write of several sectors, torn in every simple way.
    private func torn(_ open: [[UInt8]], chance: inout Chance) -> [Choice] {
        guard let newest, length > 0 else { return [] }
        let sectors = (length + 511) / 512
        var tears: [Tear] = []
        if sectors > 1 {
            tears += (1..<sectors).flatMap { [.before($0), .from($0)] }
            tears += (0..<sectors).flatMap { [.without($0), .only($0)] }
            for _ in 0..<8 { tears.append(.chosen(UInt64(chance.below(Int.max)))) }
        }
        if isDurable, length <= 512 {
            tears += stride(from: 8, to: length, by: 8).map { .bytes($0) }
        }
        var contexts = [everything, open.map { $0[0] }]
        for _ in 0..<2 { contexts.append(open.map { $0[chance.below($0.count)] }) }
        for index in contexts.indices {
            contexts[index][newest] = UInt8(units[newest].versions.count)
        }
        return Set(contexts).sorted { $0.lexicographicallyPrecedes($1) }.flatMap { context in
            tears.map { Choice(units: context, tear: $0) }
        }
    }
}

extension CrashPoint.Tear {
    /// The parts of a write of `length` bytes that reached the disk.
    func parts(of length: Int) -> [Range<Int>] {
        if case .bytes(let count) = self { return [0..<count] }
        let sectors = (length + 511) / 512
        return (0..<sectors).filter { sector in
            switch self {
            case .before(let end): sector < end
            case .from(let begin): sector >= begin
            case .without(let missing): sector != missing
            case .only(let there): sector == there
            case .chosen(let bits): bits >> UInt64(sector & 63) & 1 == 1
            case .bytes: false
            }
        }
        .map { ($0 * 512)..<min(length, ($0 + 1) * 512) }
    }

    /// Whether it is finer than a sector.
    var isBelowSector: Bool {
        if case .bytes = self { true } else { false }
    }
}
