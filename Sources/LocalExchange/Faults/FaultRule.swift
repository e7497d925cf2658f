public import Trading

/// Trouble that the local exchange makes on purpose: where, how often, and what.
public struct FaultRule: Hashable, Sendable {
    /// Where it happens.
    public var place: Place
    /// How many times the place is passed before it happens.
    public var skip: Int
    /// How many times it happens then.
    public var times: Int
    /// What happens.
    public var action: Action

    /// Where trouble is made.
    public enum Place: Hashable, Sendable {
        /// At requests with this method, where one is named, whose target contains a text.
        case request(method: String?, containing: String)
        /// At messages to clients that contain a text.
        case message(containing: String)
        /// At a moment, this long after the exchange opened.
        case moment(TimeSpan)
    }

    /// What happens.
    public enum Action: Hashable, Sendable {
        /// The request is done, and its connection is cut instead of an answer.
        case loseAnswer
        /// The connection is cut, and the request is not done.
        case loseRequest
        /// The answer or message comes later; those behind it may overtake it.
        case delay(TimeSpan)
        /// The venue answers with trouble of its own; the request is done first where `isDone`.
        case trouble(VenueTrouble, isDone: Bool)
        /// The message is sent twice.
        case duplicate
        /// The message is sent behind the next one to the same socket.
        case swap
        /// The message is not sent.
        case drop
        /// The socket is closed in place of the message; at a moment, all sockets are.
        case disconnect
        /// The venue's clock is this much ahead from now on.
        case drift(TimeSpan)
        /// For this long every request is answered with maintenance.
        case maintenance(TimeSpan)
        /// Every order that has ended is so much older from now on: venues forget what is old, each
        /// by its own rule.
        case forget(TimeSpan)
        /// A market, which must be there, asks something else of orders from now on.
        case filters(FilterChange)
        /// The price of a market, which must be there, jumps and stays where it lands; one that
        /// cannot jump then stays as it is.
        case jump(PriceJump)
    }

    /// Makes a rule.
    public init(_ place: Place, skip: Int = 0, times: Int = 1, _ action: Action) {
        self.place = place
        self.skip = skip
        self.times = times
        self.action = action
    }

    /// Whether the action can happen at the place.
    public var isPossible: Bool {
        switch (place, action) {
        case (.request, .loseAnswer), (.request, .loseRequest), (.request, .delay),
            (.request, .trouble), (.request, .drift), (.request, .maintenance),
            (.request, .forget), (.request, .filters), (.request, .jump),
            (.message, .delay), (.message, .duplicate), (.message, .swap), (.message, .drop),
            (.message, .disconnect),
            (.moment, .disconnect), (.moment, .drift), (.moment, .maintenance),
            (.moment, .forget), (.moment, .filters),
            (.moment, .jump):
            true
        default: false
        }
    }
}

/// Rules with how often each was passed.
struct FaultScript {
    private var rules: [(rule: FaultRule, passed: Int)]
    /// How often each rule did something.
    private(set) var counts: [Int]

    init(_ rules: [FaultRule]) {
        self.rules = rules.map { ($0, 0) }
        counts = rules.map { _ in 0 }
    }

    /// Adds a rule; those that are used up are forgotten.
    mutating func add(_ rule: FaultRule) {
        let isUsedUp = rules.map { $0.passed >= $0.rule.skip + $0.rule.times }
        counts = counts.indices.filter { !isUsedUp[$0] }.map { counts[$0] } + [0]
        rules = rules.indices.filter { !isUsedUp[$0] }.map { rules[$0] } + [(rule, 0)]
    }

    /// What happens at a request, in the order of the rules.
    mutating func actions(atRequest method: String, _ target: String) -> [FaultRule.Action] {
        actions { place in
            guard case .request(let wanted, let text) = place else { return false }
            return (wanted == nil || wanted == method) && target.contains(text)
        }
    }

    /// What happens at a message.
    mutating func actions(atMessage message: [UInt8]) -> [FaultRule.Action] {
        guard rules.contains(where: { if case .message = $0.rule.place { true } else { false } })
        else { return [] }
        let told = String(decoding: message, as: UTF8.self)
        return actions { place in
            guard case .message(let text) = place else { return false }
            return told.contains(text)
        }
    }

    /// What happens by now, `elapsed` after the opening.
    mutating func actions(after elapsed: TimeSpan) -> [FaultRule.Action] {
        actions { place in
            guard case .moment(let moment) = place else { return false }
            return elapsed >= moment
        }
    }

    private mutating func actions(
        where isThere: (FaultRule.Place) -> Bool
    ) -> [FaultRule.Action] {
        var found: [FaultRule.Action] = []
        for index in rules.indices where isThere(rules[index].rule.place) {
            let rule = rules[index].rule
            guard rules[index].passed < rule.skip + rule.times else { continue }
            rules[index].passed += 1
            if rules[index].passed > rule.skip {
                counts[index] += 1
                found.append(rule.action)
            }
        }
        return found
    }
}
