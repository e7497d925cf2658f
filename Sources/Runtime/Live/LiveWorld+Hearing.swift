internal import Engine
internal import Exchange
internal import Projections
internal import Trading

// What becomes of orders while a private stream tells nothing.
extension LiveWorld {
    /// Takes what a private stream told.
    func take(_ news: PrivateStreams.News) {
        switch news {
        case .opened(let place, let isSubscribed):
            hearings[place].open()
            if isSubscribed { hear(place) }
        case .message(let text, let place): take(text, place)
        case .lost(let place, let why):
            remark("\(desks[place].market.name): the private stream is lost: \(why)")
            let wantsKey = desks[place].market.wantsListenKey
            hearings[place].lose(at: time, awaitsKey: wantsKey)
            // The key may have ended with it; asked for again, one that holds is told again.
            if wantsKey { askForListenKey(of: place) }
        }
    }

    /// The stream of a desk tells everything from now on, where it was opened with a key that
    /// holds; what happened before is asked for.
    func hear(_ place: Int) {
        guard !hearings[place].awaitsKey else { return }
        hearings[place].confirm()
        reload(place)
    }

    /// Takes the answer to the question for a listen key.
    func take(listenKey answered: VenueDesk.Answered) {
        guard let place = desks.firstIndex(where: { $0.market == answered.market }) else { return }
        switch answered.answer {
        case .yes:
            let didAwait = hearings[place].awaitsKey
            hearings[place].takeKey()
            if desks[place].hasNewListenKey {
                // A venue may take a stream with a key that has ended, and tell nothing.
                renewStream(of: place, "its listen key has changed")
            } else if didAwait, hearings[place].isOpen {
                hear(place)
            }
        case .no(let refusal):
            remark("\(answered.market.name): no listen key: \(refusal.code) \(refusal.text)")
            hearings[place].doubtKey(at: time)
        // It lasts three times as long as the pause between two renewals.
        case .unknown: break
        }
    }

    /// Asks for a listen key: of one that holds the venue tells that it does.
    private func askForListenKey(of place: Int) {
        desks[place].ask(.listenKey(.make), for: .listenKey, .protective)
    }

    /// Has nothing new opened while nothing is heard, and asks for keys that are wanted still.
    func tendHearing() {
        for place in desks.indices
        where hearings[place].awaitsKey && !desks[place].isAsking(.listenKey) {
            askForListenKey(of: place)
        }
        let isDeaf = hearings.contains { $0.blocks(at: time) }
        guard isDeaf != isDeafTold else { return }
        isDeafTold = isDeaf
        conditions.append((.privateStream, isDeaf))
    }

    /// How often orders are looked up while nothing is told of them, each at the soonest.
    private static var deafInterval: TimeSpan { TimeSpan(seconds: 5) }
    /// How far apart two of these questions are on average.
    private static var deafSpacing: TimeSpan { TimeSpan(milliseconds: 250) }

    /// Looks up every order of a desk that tells nothing.
    func lookWhileDeaf(_ state: borrowing TradingState) {
        guard time >= nextDeafLook else { return }
        let asked = state.orders.ordered.filter { order in
            let desk = instruments[Int(order.terms.instrument.rawValue)].desk
            return order.isLive && tracked[order.id] == nil && hearings[desk].deafSince != nil
        }
        let spaced = Self.deafSpacing.nanoseconds * Int64(asked.count)
        nextDeafLook = time + max(Self.deafInterval, TimeSpan(nanoseconds: spaced))
        for order in asked { look(order.id) }
    }

    /// A private message could not be read: whatever it told is asked for.
    func missMessage(_ place: Int, _ error: MessageError) {
        remark("\(desks[place].market.name): a private message cannot be read: \(error)")
        guard time - hearings[place].reloadedAt >= TimeSpan(seconds: 10) else { return }
        hearings[place].reloadedAt = time
        reload(place)
    }
}
