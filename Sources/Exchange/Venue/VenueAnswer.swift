public import Trading

/// What a venue's answer to a call proves.
///
/// There is no third way between yes and no but unknown: a time-out, a 5xx, a broken connection
/// and an answer that cannot be read prove nothing about a change.
public enum VenueAnswer: Hashable, Sendable {
    /// It was done, or this is the answer.
    case yes(VenueFacts)
    /// It was not done and will not be.
    case no(CallRefusal)
    /// Nothing is proven.
    case unknown(VenueDoubt)

    /// Whether the venue has not looked at the call, because there were too many.
    public var isLimited: Bool {
        guard case .no(let refusal) = self, case .limited = refusal.reason else { return false }
        return true
    }
}

/// What a yes brings.
public enum VenueFacts: Hashable, Sendable {
    /// The venue took a change on; what came of it is told by stream or query.
    case accepted(venueOrder: VenueID?, clientID: String)
    /// The change is done, or was so before.
    case done
    case orders([VenueOrder], next: VenuePage?)
    case executions([VenueExecution], next: VenuePage?)
    case positions([VenuePosition])
    case balances([VenueBalance])
    case entries([VenueEntry], next: VenuePage?)
    case instruments([VenueInstrument], next: VenuePage?)
    case tickers([VenueTicker])
    case fees(FeeSchedule)
    case time(Timestamp)
    case key(VenueKey)
    case mode(VenueAccountMode)
    case book(VenueBook)
    case listenKey(String)
}

/// A definitive no.
public struct CallRefusal: Hashable, Sendable {
    /// What it means to us.
    public var reason: Meaning
    /// The venue's number; the HTTP status where it gave none.
    public var code: Int
    /// The venue's words, as they came.
    public var text: String

    /// Makes a refusal.
    public init(reason: Meaning, code: Int, text: String) {
        self.reason = reason
        self.code = code
        self.text = text
    }

    /// What there were too many of, where there were.
    public enum Reach: Hashable, Sendable {
        /// Everything of this address or key.
        case everything
        /// Orders: cancels are let through.
        case orders
        /// Calls of this kind: others are let through.
        case call
    }

    /// What is to wait where it was not looked at.
    ///
    /// Binance counts orders apart (-1015), and where it is overloaded (-1008) it takes what closes
    /// a position all the same; Bybit counts each path of an account apart (10006), and orders in
    /// its spot market (170005, 170222).
    public var reach: Reach {
        switch code {
        case -1015: .orders
        case -1008, 10006, 170005, 170222: .call
        default: .everything
        }
    }

    /// What a no means to us.
    public enum Meaning: Hashable, Sendable {
        /// The order, its cancel or its change is refused.
        case order(RejectionReason)
        /// Too many requests: not looked at; comes again no earlier than then.
        case limited(until: Timestamp?)
        /// Our clock or the receive window is off: not looked at.
        case clock
        /// Key, signature or permission: not looked at, and asking again will not help.
        case access
        /// The venue does not trade now.
        case maintenance
        /// The request is malformed: a defect of ours.
        case malformed
    }
}

/// Why nothing is proven.
public struct VenueDoubt: Hashable, Sendable {
    /// What it came from.
    public var cause: Cause
    /// The venue's number or the HTTP status; 0 for none.
    public var code: Int
    /// What was said, for a person.
    public var text: String

    /// Makes a doubt.
    public init(cause: Cause, code: Int, text: String) {
        self.cause = cause
        self.code = code
        self.text = text
    }

    /// What it came from.
    public enum Cause: UInt8, Sendable, CaseIterable {
        /// No answer, or none in time.
        case silence
        /// The venue says that it does not know.
        case venue
        /// An order of this id is known already: it may be the one that was just sent.
        case duplicate
        /// The answer cannot be read.
        case unreadable
        /// A code or status that no rule names.
        case unlisted
    }
}

/// What a private stream tells.
public enum VenueEvent: Hashable, Sendable {
    case order(VenueOrder)
    case execution(VenueExecution)
    case position(VenuePosition)
    /// Only what changed.
    case balance(VenueBalance)
    /// Something of the message cannot be read, and may be about an order of ours: what the other
    /// events of the message tell stands.
    case unreadable(MessageError)
    /// The mode of a contract was changed, by us or by hand.
    case mode(symbol: String, VenueAccountMode)
    /// From now on the stream tells everything: what happened before is to be asked for.
    case subscribed
    /// The venue does not take the subscription; it says why.
    case refused(String)
    /// The stream ends by the venue's will: subscribe anew, reload by REST.
    case ends
}
