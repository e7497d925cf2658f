internal import Exchange

/// Decides where trouble happens.
///
/// Each place where something can happen is numbered, and what happens there depends on the seed
/// and that number alone. So a fault can be left out, and the others stay where they are for as
/// long as the world goes the same way.
package struct FaultDraw {
    /// A fault that happened.
    package struct Made: Sendable {
        /// Its number: the opportunity at which it was drawn.
        package let number: UInt64
        /// What happened.
        package let kind: FaultKind
        /// Nanoseconds since the world began.
        package let at: Int64
    }

    private let seed: UInt64
    private let rates: [[(kind: FaultKind, rate: Int64)]]
    private var opportunities: UInt64 = 0
    /// What happened so far, oldest first.
    package private(set) var made: [Made] = []
    /// Faults that are left out, by number.
    private let leftOut: Set<UInt64>
    /// The time after which nothing is drawn.
    var end = Int64.max
    /// How many times more often faults come now: an order stands as it stands for a moment only.
    var haste: Int64 = 1
    /// The same for single places, where it is more there.
    var hasteThere: [FaultPlace: Int64] = [:]
    /// The same for single kinds, where it is more for them: the last ones of their places only, as
    /// what is drawn more often pushes aside what is drawn behind it.
    var hasteOf: [FaultKind: Int64] = [:]
    /// Whether a kind can happen in the world as it is now: what would do nothing is no fault.
    var isPossible: (FaultKind) -> Bool = { _ in true }

    /// Chooses what kinds this world has, each with an even chance, and how often.
    ///
    /// - Parameters:
    ///   - seed: What it is drawn from.
    ///   - only: The kinds there may be; where they are named, each of them is there.
    ///   - leftOut: The numbers of faults that do not happen.
    package init(
        seed: UInt64,
        only: Set<FaultKind> = Set(FaultKind.allCases),
        leavingOut leftOut: Set<UInt64> = []
    ) {
        self.seed = seed
        self.leftOut = leftOut
        var random = SplitMix64(seed: seed ^ 0xFA01_7000)
        var rates = FaultPlace.allCases.map { _ in [(kind: FaultKind, rate: Int64)]() }
        for kind in FaultKind.allCases {
            let isIn = random.chance(600) || only.count < FaultKind.allCases.count
            // From a quarter of the usual rate to twice as much.
            let rate = kind.usualRate * random.draw(25...200) / 100
            guard isIn, only.contains(kind),
                let place = FaultPlace.allCases.firstIndex(of: kind.place)
            else { continue }
            rates[place].append((kind, max(1, rate)))
        }
        self.rates = rates
    }

    /// Whether this world has a kind.
    func has(_ wanted: FaultKind) -> Bool {
        rates.contains { there in there.contains { $0.kind == wanted } }
    }

    /// What happens at a place now; mostly nothing.
    mutating func draw(
        _ place: FaultPlace,
        at now: Int64
    ) -> (kind: FaultKind, chance: SplitMix64)? {
        guard now < end, let index = FaultPlace.allCases.firstIndex(of: place) else { return nil }
        opportunities += 1
        if rates[index].isEmpty { return nil }
        var random = SplitMix64(seed: seed &+ opportunities &* 0x9E37_79B9_7F4A_7C15)
        let drawn = random.draw(0...999_999)
        let haste = max(haste, hasteThere[place] ?? 1)
        var sum: Int64 = 0
        for (kind, rate) in rates[index] {
            sum += rate * max(haste, hasteOf[kind] ?? 1)
            guard drawn < sum else { continue }
            guard isPossible(kind), !leftOut.contains(opportunities) else { return nil }
            made.append(Made(number: opportunities, kind: kind, at: now))
            return (kind, random)
        }
        return nil
    }
}
