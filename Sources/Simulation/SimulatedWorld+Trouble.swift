internal import Exchange
internal import LocalExchange
internal import Projections
internal import Runtime
internal import Trading

// What goes wrong in a world beside the network.
extension SimulatedWorld {
    func commitFate() -> CommitFate {
        guard let (kind, _) = network.faults.draw(.commit, at: time.now)
        else { return .durable }
        meet(kind)
        return kind == .commitLost ? .lost : .durableUnsaid
    }

    func savesSnapshot() -> Bool {
        guard let (kind, _) = network.faults.draw(.snapshot, at: time.now)
        else { return true }
        meet(kind)
        if kind == .snapshotLost {
            journal.loseSnapshot()
            return true
        }
        return false
    }

    func second() {
        let drawn = network.faults.draw(.second, at: time.now)
        if let drawn { meet(drawn.kind) }
        for change in rules.resumed(at: time.now < end ? time.now : .max) { inject(change) }
        oracle.halted = rules.halted
        if copyUntil > 0 { copy() }
    }

    /// A copy of the engine trades; in the end it is stopped, and the engine started again.
    private func copy() {
        let epoch = journal.shadow.state.epochs.last?.epoch ?? Epoch(1)
        if time.now < copyUntil {
            guard time.now / 1_000_000_000 % 5 == 0 else { return }
            oracle.placeAsCopy(hand.next(), epoch: epoch, at: venueTime)
        } else {
            copyUntil = 0
            oracle.endCopies(at: venueTime)
            // What it has left among what ended blocks until a person releases it.
            end = time.now
            network.faults.end = end
            isStopWanted = true
        }
    }

    /// Whether a fault would do something now.
    func isPossible(_ kind: FaultKind) -> Bool {
        switch kind {
        case .killedInStart: !isLive
        case .killedWaiting: isLive
        case .stopped: !time.isProcessOver
        case .secondEngine: isLive && copyUntil == 0
        case .rolledBack: journal.canRollBack
        case .cancelledByHand: oracle.hasWorking
        case .closedByHand: oracle.hasPosition
        case .liquidated: oracle.hasContract
        // What was configured wrongly to begin with is refused, and rightly.
        case .filtersChanged, .halted: !journal.shadow.state.epochs.isEmpty
        case .priceJumped: oracle.canJump(except: rules.halted)
        default: true
        }
    }

    /// Does what a fault is, as far as the network has not done it.
    func meet(_ kind: FaultKind) {
        coverage.note(kind, journal.shadow.state)
        note("* \(kind.rawValue)")
        let exchange = network.exchange
        switch kind {
        case .killedBeforeSend, .killedAfterSend, .killedWaiting, .killedInStart, .killedInSnapshot,
            .commitLost, .commitDone:
            network.kill()
        case .stopped: isStopWanted = true
        case .disconnected: network.disconnect()
        case .maintenance:
            let span = TimeSpan(seconds: hand.draw(5...300))
            exchange.inject(FaultRule(.moment(.zero), .maintenance(span)))
            expectTrouble(span)
        // Bybit lets nobody in for ten minutes, Binance for as long as it says.
        case .banned: expectTrouble(TimeSpan(seconds: plan.isBybit ? 600 : 60))
        case .venueClock:
            let span = TimeSpan(milliseconds: hand.draw(-900...900))
            exchange.inject(FaultRule(.moment(.zero), .drift(span)))
        case .forgotten:
            exchange.inject(
                FaultRule(.moment(.zero), .forget(TimeSpan(seconds: hand.draw(600...7200))))
            )
        case .clockForward: time.wallClockOffset += step
        case .clockBack: time.wallClockOffset -= step
        case .suspended:
            let span = TimeSpan(seconds: hand.draw(5...600))
            network.suspend(span.nanoseconds)
            // A ban is sat out by a clock that stands still meanwhile.
            if time.now < troubleUntil { troubleUntil += span.nanoseconds }
            expectTrouble(span)
        case .diskLow: diskLowUntil = time.now + hand.draw(10...300) * 1_000_000_000
        case .rolledBack:
            isRollbackWanted = true
            network.kill()
        case .secondEngine:
            copyUntil = time.now + 300_000_000_000
            oracle.noEntriesAfter = venueTime + TimeSpan(seconds: 60)
        case .cancelledByHand: oracle.cancelByHand(hand.next(), at: venueTime)
        case .closedByHand: oracle.closeByHand(hand.next(), at: venueTime)
        case .filtersChanged: inject(rules.changed(&hand))
        case .halted: inject(rules.halted(&hand, at: time.now))
        case .liquidated: oracle.liquidate(hand.next(), at: venueTime)
        case .foreignOrder: oracle.placeByHand(hand.next(), at: venueTime)
        case .priceJumped:
            guard let jump = oracle.jump(&hand, except: rules.halted) else { break }
            exchange.inject(FaultRule(.moment(.zero), .jump(jump)))
            // At once: an order stands as it does for a moment only.
            network.letHappen()
        default: break
        }
    }

    /// The venue's time, but not before its last fill: it may be off, and tells the order of fills
    /// all the same.
    var venueTime: Timestamp {
        max(network.exchange.venueTime(at: time.moment), oracle.newestFill)
    }

    private func inject(_ change: FilterChange?) {
        guard let change else { return }
        network.exchange.inject(FaultRule(.moment(.zero), .filters(change)))
    }

    /// How far a clock is set: from milliseconds to hours.
    private var step: Int64 {
        let largest: Int64 = [1000, 30_000, 600_000, 7_200_000][Int(hand.draw(0...3))]
        return hand.draw(1...largest) * 1_000_000
    }

    private func expectTrouble(_ span: TimeSpan) {
        troubleUntil = max(troubleUntil, time.now + span.nanoseconds + 30_000_000_000)
    }
}
