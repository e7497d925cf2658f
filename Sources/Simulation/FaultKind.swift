/// A kind of trouble that a simulated world makes.
package enum FaultKind: String, CaseIterable, Sendable {
    // The network.
    case requestLost = "request lost"
    case requestLate = "request late, given up"
    case answerLost = "answer lost"
    case answerLate = "answer late"
    case notConnected = "not connected"
    case messageLost = "message lost"
    case messageDoubled = "message doubled"
    case messageLate = "message late"
    case messagesSwapped = "messages swapped"
    case disconnected = "disconnected"
    // The venue.
    case tooMany = "too many requests"
    case banned = "banned"
    case errorUndone = "server error, not done"
    case errorDone = "server error, done"
    case maintenance = "maintenance"
    case venueClock = "venue clock off"
    case forgotten = "orders forgotten"
    case filtersChanged = "filters changed"
    case halted = "symbol halted"
    case liquidated = "liquidated"
    // The user, by hand.
    case cancelledByHand = "cancelled by hand"
    case foreignOrder = "order by hand"
    case closedByHand = "closed by hand"
    case secondEngine = "a second engine"
    case rolledBack = "journal put back"
    // The machine.
    case clockForward = "clock forward"
    case clockBack = "clock back"
    case suspended = "suspended"
    case diskLow = "disk low"
    case commitLost = "commit failed, lost"
    case commitDone = "commit failed, done"
    case snapshotLost = "snapshot lost"
    // The process.
    case killedBeforeSend = "killed before a send"
    case killedAfterSend = "killed after a send"
    case killedWaiting = "killed while waiting"
    case killedInSnapshot = "killed in a snapshot"
    case killedInStart = "killed in a start"
    case stopped = "stopped in order"
    // The market. New kinds come last, so that those before are drawn as they were.
    case priceJumped = "price jumped"
}

/// Where in the life of a world a kind of trouble can happen.
enum FaultPlace: CaseIterable {
    case request, answer, message, second, wait, send, commit, snapshot
}

extension FaultKind {
    /// Where it can happen.
    var place: FaultPlace {
        switch self {
        case .requestLost, .requestLate, .notConnected, .tooMany, .banned, .errorUndone, .errorDone:
            .request
        case .answerLost, .answerLate: .answer
        case .messageLost, .messageDoubled, .messageLate, .messagesSwapped: .message
        case .disconnected, .maintenance, .venueClock, .forgotten,
            .cancelledByHand, .foreignOrder, .clockForward, .clockBack, .suspended, .diskLow,
            .closedByHand, .filtersChanged, .halted, .liquidated, .stopped, .secondEngine,
            .rolledBack, .priceJumped:
            .second
        case .killedWaiting, .killedInStart: .wait
        case .killedBeforeSend, .killedAfterSend: .send
        case .commitLost, .commitDone: .commit
        case .killedInSnapshot, .snapshotLost: .snapshot
        }
    }

    /// How often it happens where it can, in a million, in a world that has it.
    var usualRate: Int64 {
        switch self {
        case .requestLost, .requestLate, .answerLost: 15_000
        case .answerLate: 30_000
        case .notConnected: 10_000
        case .messageLost: 20_000
        case .messageDoubled, .messageLate, .messagesSwapped: 30_000
        case .disconnected: 1_500
        case .tooMany: 5_000
        case .banned: 1_000
        case .errorUndone, .errorDone: 10_000
        case .maintenance: 200
        case .venueClock: 300
        case .forgotten: 300
        case .filtersChanged: 1_500
        case .halted: 500
        case .liquidated: 300
        case .cancelledByHand: 800
        case .foreignOrder: 500
        case .clockForward, .clockBack, .suspended, .diskLow: 150
        case .stopped: 100
        case .secondEngine: 60
        case .closedByHand: 300
        case .rolledBack: 40
        case .commitLost, .commitDone: 300
        case .snapshotLost: 30_000
        case .killedBeforeSend, .killedAfterSend: 1_000
        case .killedWaiting: 100
        case .killedInSnapshot: 20_000
        case .killedInStart: 2_000
        case .priceJumped: 1_000
        }
    }
}
