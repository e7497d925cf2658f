/// What the generated market is doing for a while.
enum MarketRegime {
    case calm
    case risingTrend
    case fallingTrend
    case burst
    case thinBook

    /// How long it lasts, in windows of 100 ms.
    var lengthInWindows: ClosedRange<Int64> {
        switch self {
        case .calm: 200...800
        case .risingTrend, .fallingTrend: 250...900
        case .burst: 15...60
        case .thinBook: 60...200
        }
    }

    var actionsPerWindow: ClosedRange<Int64> {
        switch self {
        case .calm: 0...4
        case .risingTrend, .fallingTrend: 1...6
        case .burst: 8...20
        case .thinBook: 1...5
        }
    }

    /// How far the fair price drifts in a window, in thousandths of a tick.
    var drift: Int64 {
        switch self {
        case .calm, .burst, .thinBook: 0
        case .risingTrend: 140
        case .fallingTrend: -140
        }
    }

    /// How far chance moves the fair price in a window at most, in thousandths of a tick.
    var noise: Int64 {
        switch self {
        case .calm: 180
        case .risingTrend, .fallingTrend, .thinBook: 300
        case .burst: 1_500
        }
    }

    /// Of a thousand actions, how many are orders that take from the book.
    var takersPerMille: Int64 {
        switch self {
        case .calm: 220
        case .risingTrend, .fallingTrend: 300
        case .burst: 480
        case .thinBook: 300
        }
    }
}

/// The hidden side of the market: the price it thinks fair and the pressure that will move it.
///
/// Pressure shows at once in who adds to and cancels from the book, and moves the fair price only
/// `lead` windows later. So imbalance leads price, and noise keeps it from being certain.
struct MarketMood {
    /// How many windows the book's imbalance is ahead of the price.
    private static let lead = 20
    private static let middle: Int64 = 10_000_000
    /// The fair price never leaves these bounds, which are half and twice the middle.
    private static let bounds: ClosedRange<Int64> = 5_000_000...20_000_000

    private(set) var regime = MarketRegime.calm
    /// From -1,000 (all want to sell) to 1,000 (all want to buy).
    private(set) var pressure: Int64 = 0
    /// In thousandths of a tick.
    private(set) var fairPrice = middle
    private var pressureTarget: Int64 = 0
    private var windowsToTarget: Int64 = 0
    private var windowsLeft: Int64 = 300
    private var pastPressure = [Int64](repeating: 0, count: lead)
    private var windows = 0

    /// Moves on by one window of 100 ms.
    mutating func advance(_ random: inout SplitMix64) {
        if windowsLeft == 0 { changeRegime(&random) }
        windowsLeft -= 1
        movePressure(&random)
        let slot = windows % Self.lead
        let leading = pastPressure[slot]
        pastPressure[slot] = pressure
        windows += 1
        moveFairPrice(
            by: regime.drift + leading * 110 / 1_000 + random.draw(-regime.noise...regime.noise)
        )
    }

    /// What an order that walked the book leaves behind: a part of its way is lasting.
    mutating func feelImpact(ticks: Int) { moveFairPrice(by: Int64(ticks) * 400) }

    private mutating func moveFairPrice(by change: Int64) {
        fairPrice = min(max(fairPrice + change, Self.bounds.lowerBound), Self.bounds.upperBound)
    }

    private mutating func changeRegime(_ random: inout SplitMix64) {
        let drawn = random.draw(0...99)
        switch regime {
        case .calm where drawn < 55: regime = trend(&random)
        case .calm where drawn < 75: regime = .burst
        case .calm: regime = .thinBook
        case .burst where drawn < 60: regime = trend(&random)
        case .risingTrend where drawn < 25, .fallingTrend where drawn < 25: regime = .burst
        default: regime = .calm
        }
        windowsLeft = random.draw(regime.lengthInWindows)
        windowsToTarget = 0
    }

    /// Leans toward the middle, the more the further the price has gone.
    private func trend(_ random: inout SplitMix64) -> MarketRegime {
        let lean = (Self.middle - fairPrice) * 500 / (Self.middle / 5)
        return random.chance(500 + lean) ? .risingTrend : .fallingTrend
    }

    private mutating func movePressure(_ random: inout SplitMix64) {
        if windowsToTarget == 0 {
            windowsToTarget = random.draw(25...120)
            pressureTarget = min(max(random.draw(-950...950) + regime.drift * 3, -950), 950)
        }
        windowsToTarget -= 1
        pressure += (pressureTarget - pressure) / 6
    }
}
