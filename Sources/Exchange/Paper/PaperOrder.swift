public import Trading

/// An order at the paper venue, working or ended.
public struct PaperOrder: Hashable, Sendable {
    /// Our name for it.
    public let id: OrderID
    /// The venue's name for it; none when it was rejected.
    public let venueOrder: VenueID
    /// What was asked, with the last amendment.
    public internal(set) var terms: OrderTerms
    /// Where it stands.
    public internal(set) var status: OrderStatus
    /// How much of it is filled.
    public internal(set) var filled: Quantity
    /// When it came to the venue.
    public let arrived: Timestamp
    /// Why it was rejected or expired.
    public internal(set) var reason: RejectionReason?
    /// Whether a stop has met its trigger and waits for a book that is in step.
    public internal(set) var isTriggered: Bool
    /// What it holds back: the base of a spot sell, else the quote asset.
    public internal(set) var locked: Money

    /// Whose it is.
    public let account: PaperAccountID

    /// Its place among orders of one price: smaller goes first.
    var priority: UInt64
    /// The part that would open or grow a position, fixed at arrival and by amendments.
    var opening: Quantity

    init(
        id: OrderID,
        of account: Int,
        venueOrder: VenueID,
        terms: OrderTerms,
        arrived: Timestamp
    ) {
        self.id = id
        self.account = PaperAccountID(UInt32(account))
        self.venueOrder = venueOrder
        self.terms = terms
        self.arrived = arrived
        status = .placed
        filled = .zero
        isTriggered = false
        locked = .zero
        priority = 0
        opening = .zero
    }

    /// The place of its account.
    var owner: Int { Int(account.rawValue) }

    /// What is still to be filled.
    public var remaining: Quantity { terms.quantity - filled }
}

/// A fill of an account.
public struct PaperExecution: Hashable, Sendable {
    /// The order that was filled; zero for a liquidation.
    public let order: OrderID
    /// What was traded.
    public let instrument: InstrumentID
    /// The side we traded on.
    public let side: Side
    /// The venue's time.
    public let time: Timestamp
    /// The fill as it was reported.
    public let execution: Execution
}

/// Where every order that the venue remembers is, and the newest of what has ended.
struct PaperHistory: Sendable {
    enum Place: Sendable {
        case working(market: Int)
        case ended(slot: Int)
    }

    let capacity: Int
    // Only ever looked into by key: its order is not the same from process to process.
    private var places: [OrderID: Place] = [:]
    private var ended: [PaperOrder] = []
    private var oldestEnded = 0
    private var executions: [PaperExecution] = []
    private var oldestExecution = 0

    init(capacity: Int) { self.capacity = capacity }

    func place(of order: OrderID) -> Place? { places[order] }

    func endedOrder(slot: Int) -> PaperOrder { ended[slot] }

    mutating func began(_ order: OrderID, market: Int) { places[order] = .working(market: market) }

    mutating func ended(_ order: PaperOrder) {
        let slot: Int
        if ended.count < capacity {
            slot = ended.count
            ended.append(order)
        } else {
            slot = oldestEnded
            places[ended[slot].id] = nil
            ended[slot] = order
            oldestEnded = (slot + 1) % capacity
        }
        places[order.id] = .ended(slot: slot)
    }

    mutating func executed(_ execution: PaperExecution) {
        if executions.count < capacity {
            executions.append(execution)
        } else {
            executions[oldestExecution] = execution
            oldestExecution = (oldestExecution + 1) % capacity
        }
    }

    /// The newest executions, oldest first.
    var newestExecutions: [PaperExecution] {
        Array(executions[oldestExecution...] + executions[..<oldestExecution])
    }
}
