internal import Exchange
internal import Projections
internal import Trading

// Which orders are looked up until they are seen to.
extension LiveWorld {
    /// An order whose last request is not answered for good, of which fills are missing,
    /// or that has to end by itself.
    struct Tracked {
        var request: RequestKind
        var nextLook: Timestamp
        var pause: TimeSpan
        /// When the request last left, in nanoseconds of the monotonic clock; until it leaves, when
        /// it was handed in.
        var leftAt: Int64
        var looks = 0
        var absences = 0
        /// When the newest question left that counts among ``absences``.
        var absentAt = -Int64.max / 2
        /// Whether it was told that the venue's limits hold it back.
        var isToldHeld = false
        /// How much the venue says is filled.
        var filled = Quantity.zero
        /// Since when fills are missing; `nil` where none ever was.
        var lacksSince: Timestamp?
        /// Whether a person was called because fills are missing.
        var isToldLacking = false

        /// Notes that the venue is asked now, and when it is asked again: less and less often, but
        /// as soon as what it does not know or has not changed proves something, for so long a
        /// position may wait for its stop or its exit.
        mutating func ask(at time: Timestamp, monotonic: Int64, proof: TimeSpan) {
            nextLook = time + pause
            pause = min(TimeSpan(nanoseconds: pause.nanoseconds * 2), TimeSpan(seconds: 8))
            let rest = leftAt + proof.nanoseconds - monotonic
            guard absences > 0 || request == .amend, rest > 0 else { return }
            nextLook = min(nextLook, time + TimeSpan(nanoseconds: rest))
        }
    }
}

extension LiveWorld {
    /// How long fills may be missing that an order counts.
    private static var longestLacking: TimeSpan { TimeSpan(seconds: 10) }

    /// Calls a person where the venue counts more than its fills tell: what was bought may have no
    /// stop.
    func tellLacking(_ known: Order) {
        guard var entry = tracked[known.id], !entry.isToldLacking else { return }
        entry.lacksSince = entry.lacksSince ?? time
        entry.isToldLacking = entry.lacksSince.map { time - $0 >= Self.longestLacking } ?? false
        tracked[known.id] = entry
        guard entry.isToldLacking else { return }
        let symbol = instruments[Int(known.terms.instrument.rawValue)].symbol
        let text =
            "order \(known.id) of \(symbol): the venue counts \(entry.filled) as filled, its fills "
            + "tell \(known.filled); what they do not tell has no stop, look at it"
        emit(.errorRecorded(ErrorRecorded(severity: .alarm, text: text)))
    }
}

extension Order {
    /// Whether it never waits in the book: where it lives only its end was not told, and what it
    /// filled may have no stop.
    var endsByItself: Bool {
        switch terms.type {
        case .market: true
        case .limit: [.immediateOrCancel, .fillOrKill].contains(terms.timeInForce)
        case .stopMarket: isTriggered
        }
    }
}
