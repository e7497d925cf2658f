import Engine
import TestSupport
import Testing
import Trading

@testable import Projections

/// Corrections of a state by chance, lawful or not.
private struct RandomCorrections {
    var random: SeededRandom

    mutating func next(_ state: TradingState) -> Correction? {
        do throws(CorrectionRefusal) {
            switch random.int(0...3) {
            case 0:
                let place = random.int(0...state.assets.count - 1)
                return try state.correction(ofBalance: state.assets[place].name, to: money())
            case 1:
                let place = random.int(0...state.instruments.count - 1)
                return try state.correction(
                    ofPosition: state.instruments[place].instrument.name,
                    quantity: Quantity(value(signed: true)),
                    random.chance(50)
                        ? .kept : random.chance(50) ? .cost(money()) : .average(Price(value()))
                )
            case 2:
                guard let order = Array(state.orders.ordered).randomElement(using: &random) else {
                    return nil
                }
                var told = TradingState.OrderKnowledge()
                if random.chance(70) {
                    told.status = OrderStatus.allCases.randomElement(using: &random)
                }
                if random.chance(50) {
                    let isWhole = random.chance(50)
                    told.filled = isWhole ? order.terms.quantity : Quantity(value())
                    told.cost = money()
                }
                told.isKnown = random.chance(30)
                return try state.correction(of: order.id, knowing: told)
            default:
                guard let deal = Array(state.deals.ordered).randomElement(using: &random) else {
                    return nil
                }
                let amounts = (0..<4).map { _ in value(signed: random.chance(10)) }
                return try state.correction(of: deal.id) { figures in
                    figures.held = Quantity(amounts[0])
                    figures.entryQuantity = Quantity(amounts[1])
                    figures.entryCost = Money(amounts[2])
                    figures.profit = Money(amounts[3])
                }
            }
        } catch {
            return nil
        }
    }

    private mutating func money() -> Money { Money(value(signed: random.chance(10))) }

    /// Nothing, little, much, and more than a decimal can bear to be multiplied with.
    private mutating func value(signed: Bool = false) -> Decimal {
        let sizes: [Int128] = [0, 1, 1_000_000_000, 1_000_000_000_000_000_000]
        let size =
            random.chance(90) ? sizes[random.int(0...3)] : Decimal.largest.units / 1_000_000
        let value = Decimal(units: size * Int128(random.int(0...1000)))
        return signed && random.chance(50) ? -value : value
    }
}

@Suite struct `Corrections by chance` {
    /// The state without what every event moves.
    private static func kept(_ state: TradingState) -> [UInt8] {
        var copy = state
        copy.head = SequenceNumber(0)
        copy.time = .never
        copy.outcome = OutcomeChain()
        return copy.canonical
    }

    private static func fold(_ correction: Correction, into state: inout TradingState) throws {
        try state.fold(
            EventEnvelope(
                sequence: state.head.next,
                time: state.time + .second,
                trace: .none,
                cause: SequenceNumber(0),
                event: .correctionMade(
                    CorrectionMade(
                        by: "ops",
                        reason: "chance",
                        undoes: SequenceNumber(0),
                        correction: correction
                    )
                )
            )
        )
    }

    @Test(arguments: 1...6 as ClosedRange<UInt64>)
    func `that were let through fold, are taken back, and break no arithmetic`(
        seed: UInt64
    ) throws {
        var history = RandomHistory(seed: seed)
        var corrections = RandomCorrections(random: SeededRandom(seed: seed &+ 100))
        var counts: [Int: Int] = [:]
        for step in 0..<200 {
            history.step()
            for _ in 0..<3 {
                let before = history.turn.state
                guard let correction = corrections.next(before) else { continue }
                do throws(CorrectionRefusal) {
                    try before.check(correction)
                } catch {
                    continue
                }
                var state = before
                try Self.fold(correction, into: &state)
                #expect(TradingState.read(state.canonical)?.canonical == state.canonical)
                // What is shown and judged of it can be computed.
                for held in state.instruments { _ = held.position.averagePrice }
                for deal in state.deals.ordered { _ = deal.entryPrice }
                _ = state.exposure
                for place in state.assets.indices { _ = state.available(AssetID(UInt16(place))) }
                counts[Self.kind(correction), default: 0] += 1
                guard let inverse = correction.inverse else { continue }
                if case .order(let id, _, _) = correction, !state.orders.contains(id) { continue }
                if Self.hasTooMuch(before, inverse) { continue }
                try state.check(inverse)
                try Self.fold(inverse, into: &state)
                if Self.kept(state) != Self.kept(before) {
                    Issue.record("seed \(seed), step \(step): \(correction) leaves a trace")
                    return
                }
            }
        }
        #expect(counts.count == 4 && counts.values.allSatisfy { $0 > 2 }, "seed \(seed): \(counts)")
    }

    /// Whether the deal held more than the position, by a fill that came late: that is not brought
    /// back.
    private static func hasTooMuch(_ state: TradingState, _ inverse: Correction) -> Bool {
        guard let deal = state.deals[state.deal(of: inverse)] else { return false }
        let position = state.instruments[Int(deal.instrument.rawValue)].position.quantity
        return deal.held > max(.zero, deal.side.signed(position))
    }

    private static func kind(_ correction: Correction) -> Int {
        switch correction {
        case .balance: 0
        case .position: 1
        case .order: 2
        case .deal: 3
        case .skip: 4
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `let the engine go on without contradicting itself`(seed: UInt64) throws {
        var history = RandomHistory(seed: seed)
        var corrections = RandomCorrections(random: SeededRandom(seed: seed &+ 200))
        var made = 0
        for _ in 0..<300 {
            history.step()
            guard let correction = corrections.next(history.turn.state) else { continue }
            if history.correct(correction) { made += 1 }
        }
        #expect(made > 15, "seed \(seed)")
        var state = TradingState()
        for envelope in history.events { try state.fold(envelope) }
        #expect(state.canonical == history.turn.state.canonical, "seed \(seed)")
    }
}
