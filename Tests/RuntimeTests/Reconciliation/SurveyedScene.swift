import Engine
import Exchange
import Projections
import TestSupport
import Trading

@testable import Runtime

/// Instruments of Bybit's contracts whose venue says what a scene's survey says, asked by a
/// surveyor from the first question to the last.
struct SurveyedScene {
    var scene = ReconcileScene()
    /// Which of them the venue lists no more.
    var delisted: Set<InstrumentID> = []
    /// The instruments, in the order of the configuration.
    let instruments: [LiveInstrument]
    /// When the survey begins.
    var now = moment(1000)

    /// Begins with a scene of several contracts, of which it holds and trades BTCUSDT alone.
    ///
    /// - Parameter symbols: All of them, in the order of the configuration.
    init(_ symbols: [String]) {
        let listings = (["BTCUSDT"] + symbols.filter { $0 != "BTCUSDT" }).enumerated()
            .map { place, symbol in
                CoreFixture.listing(
                    .perpetual,
                    id: UInt16(place),
                    symbol: symbol,
                    base: String(symbol.dropLast(4))
                )
            }
        scene.turn = CoreFixture.begun(listings)
        instruments = symbols.compactMap { symbol in
            listings.first { $0.symbol == symbol }
                .map {
                    LiveInstrument(id: $0.id, symbol: symbol, desk: 0, stop: .market, listed: $0)
                }
        }
    }

    /// What a survey asks, in this order, and what it finds out.
    func surveyed() -> (calls: [VenueCall], survey: VenueSurvey) {
        let rules = instruments.map { live -> FoundRules? in
            let filters = live.listed.filters
            return delisted.contains(live.id) ? nil : FoundRules(filters: filters, differences: [])
        }
        var surveyor = Surveyor(
            instruments,
            [.bybitLinear],
            receiveWindow: TimeSpan(seconds: 5),
            scene.turn.state,
            now: now,
            readsHistory: true,
            rules: Dictionary(uniqueKeysWithValues: rules.enumerated().map { ($0, $1) }),
            modes: [:]
        )
        var calls: [VenueCall] = []
        while let question = surveyor.next() {
            calls.append(question.call)
            surveyor.take(answer(question.call))
        }
        return (calls, surveyor.survey)
    }

    private func answer(_ call: VenueCall) -> VenueAnswer {
        switch call {
        case .serverTime: return .yes(.time(now))
        case .balances:
            let balances = (scene.survey.balances ?? [:]).sorted { $0.key < $1.key }
                .map { VenueBalance(asset: $0.key, total: $0.value, locked: nil) }
            return .yes(.balances(balances))
        case .entries: return .yes(.entries(scene.survey.entries ?? [], next: nil))
        case .executions(let symbol, _, _, _):
            let fills = (scene.part.fills ?? []).filter { $0.symbol == symbol }
            return .yes(.executions(fills, next: nil))
        case .positions(let symbol):
            let isHeld = symbol == "BTCUSDT"
            let position = VenuePosition(
                symbol: "BTCUSDT",
                quantity: isHeld ? scene.part.position ?? .zero : .zero,
                entryPrice: price("100"),
                isHedge: false
            )
            return .yes(.positions(isHeld ? [position] : []))
        case .order(let name):
            let found = scene.part.looked.values.compactMap { looked -> VenueOrder? in
                guard case .found(let order) = looked else { return nil }
                return order.clientID == name.clientID ? order : nil
            }
            return .yes(.orders(found, next: nil))
        default: return .yes(.orders([], next: nil))
        }
    }
}
