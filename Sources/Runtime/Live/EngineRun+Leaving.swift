internal import Engine
internal import Journal
package import Projections
internal import Trading

// How an engine leaves a venue.
extension EngineRun where World == LiveWorld {
    /// How long a stop may wait for the venue: with the last snapshot it takes ten seconds at most.
    private static var longestLeaving: Int64 { 8_000_000_000 }

    /// Takes back and cancels what may open something, and waits until what is held has its stop
    /// and every change its answer; tells a person what is left behind.
    ///
    /// What fills after the engine is gone has no stop, and what was decided and has not left would
    /// be looked for only after the next start.
    func leave() throws(JournalError) {
        world.isLeaving = true
        try take(WorldStep(input: .leaving))
        try settle()
        let end = surroundings.clock.monotonic() + Self.longestLeaving
        while world.isBusy(turn.state), surroundings.clock.monotonic() < end,
            !observer.isQuickStopWanted()
        {
            world.wait()
            while let step = world.next(turn.state) { try take(step) }
            try settle()
        }
        for text in turn.state.leftBehind {
            turn.emit(.errorRecorded(ErrorRecorded(severity: .alarm, text: text)))
        }
        try keep()
    }
}

extension LiveWorld {
    /// Whether a change is under way, or something is held that waits for its stop or its exit.
    func isBusy(_ state: TradingState) -> Bool {
        desks.contains(where: \.isChanging)
            || state.orders.ordered.contains { $0.isLive && ($0.request != .none || $0.isUnknown) }
            || !state.leftBehind.isEmpty
    }
}

extension TradingState {
    /// What nobody sees to while no engine runs, in words: what is held without a stop that works,
    /// and entries that may fill.
    package var leftBehind: [String] {
        var left: [String] = []
        for deal in deals.ordered {
            guard let instrument = instrument(deal.instrument) else { continue }
            let name = "deal \(deal.id) in \(instrument.name)"
            if let entry = orders[deal.entry], entry.isLive {
                left.append("\(name): its entry may be filled while no engine runs")
            }
            let stop = orders[deal.stop].flatMap { $0.isLive && $0.status != .pending ? $0 : nil }
            let covered = stop?.rest ?? .zero
            let held = instrument.filters.cut(deal.held)
            guard held > covered, held >= instrument.filters.minimumQuantity else { continue }
            left.append(
                "\(name): \(held) are held and \(covered) are protected while no engine runs"
            )
        }
        return left
    }
}
