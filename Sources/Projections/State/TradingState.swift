public import Trading

/// Everything the engine knows: the fold of every event of the journal, and of nothing else.
///
/// The same journal gives the same state, byte for byte, on any machine. It is bounded by what is
/// open: closed orders and execution ids stay for ``TradingState/retention``, ids besides as long
/// as no later comparison is complete, and other lists have fixed caps.
public struct TradingState: Sendable {
    /// How long closed orders and execution ids are kept, in stamped time: longer than venues
    /// resend.
    public static let retention = TimeSpan.day
    /// How much longer than since the last complete comparison execution ids are kept: it is by the
    /// venue's clock, and what happened shortly before it is read again.
    public static let comparisonOverlap = TimeSpan(seconds: 2 * 3600)
    /// How many errors the history keeps.
    public static let errorCapacity = 100
    /// How many starts are kept; those that live orders are named by stay beyond it.
    public static let epochCapacity = 64

    /// The last event folded.
    public internal(set) var head = SequenceNumber(0)
    /// The stamped time of the last event; never goes back.
    public internal(set) var time = Timestamp.never
    /// The journal's four characters.
    public internal(set) var tag = ""
    /// What the journal is for.
    public internal(set) var mode = JournalMode.tape
    /// The starts, newest last.
    public internal(set) var epochs: [EpochRecord] = []
    /// Whether the newest start ended with a clean stop.
    public internal(set) var isStoppedCleanly = false
    /// What the engine may do.
    public internal(set) var status = BotStatus.running
    /// Why ``status`` is what it is.
    public internal(set) var statusReason = ""
    /// The hash of the configuration in force, in hexadecimal.
    public internal(set) var configurationHash = ""
    /// The sources of inputs and how far they are consumed.
    public internal(set) var sources: [SourceState] = []
    /// How many inputs of every kind the engine has consumed.
    public internal(set) var inputs: UInt64 = 0
    /// The highest report of the venue that is journaled.
    public internal(set) var lastReport: UInt64 = 0
    /// The assets in the order of first appearance; the place is the asset's number.
    public internal(set) var assets: [AssetState] = []
    /// The instruments; the place is the instrument's number.
    public internal(set) var instruments: [InstrumentState] = []
    /// The deals that are not closed.
    public internal(set) var deals = OrderedStore<DealID, Deal>()
    /// The orders that are live, or belong to a deal that is not closed.
    public internal(set) var orders = OrderedStore<OrderID, Order>()
    /// Ended orders of closed deals, by the time they were put here.
    public internal(set) var closedOrders = Queue<ClosedOrder>()
    /// The limits in force.
    public internal(set) var risk = RiskParameters.closed
    /// How trading went.
    public internal(set) var metrics = PerformanceMetrics()
    /// The newest errors, oldest first.
    public internal(set) var errors = Queue<ErrorEntry>()
    /// Signals seen within their time to live.
    public internal(set) var signals = Queue<SeenSignal>()
    /// When orders were placed lately, oldest first: what the runaway guard counts.
    public internal(set) var requestTimes = Queue<Timestamp>()
    /// The scans of the last days, in the order in which they began.
    public internal(set) var scans: [Scan] = []
    /// What blocks new risk, and what was released, in the order in which it was found.
    public internal(set) var blocks: [RiskBlock] = []
    /// Until when, by the venue's clock, everything that the venue recorded was compared; never
    /// where it was not yet.
    public internal(set) var comparedUntil = Timestamp.never
    /// The chain over what was traded.
    public internal(set) var outcome = OutcomeChain()

    /// Executions booked lately, oldest first: the same one is not booked again.
    public internal(set) var executions = Queue<SeenExecution>()
    var executionIDs = ExecutionSet()

    /// The state before the first event.
    public init() {}
}

/// One start of the engine.
public struct EpochRecord: Hashable, Sendable {
    /// The number of the start.
    public var epoch: Epoch
    /// The four characters of its client order ids; empty where a restore lost the epoch.
    public var draw: String
}

/// A source of inputs.
public struct SourceState: Hashable, Sendable {
    /// What it gives.
    public var kind: SourceKind
    /// The file's name, without its folder.
    public var name: String
    /// SHA-256 of its content, in hexadecimal.
    public var contentHash: String
    /// The receive time of its first line.
    public var firstTime: Timestamp
    /// The last line consumed; zero for none.
    public var line: UInt64
    /// The time of that line.
    public var time: Timestamp
}

/// What we have of an asset.
public struct AssetState: Hashable, Sendable {
    /// The asset's name, as `USDT`.
    public var name: String
    /// Locked parts included.
    public var balance: Money
}

/// An instrument and what we hold of it.
public struct InstrumentState: Hashable, Sendable {
    /// The rules it trades by.
    public var instrument: Instrument
    /// What our own fills hold of it.
    public var position = Position()
    /// The deal that is not closed; none otherwise.
    public var deal = DealID.none
    /// When an entry was last refused, abandoned or closed: entries pause after it.
    public var quietSince = Timestamp.never
    /// When an entry was last refused: the next is not asked for within a second of it.
    public var refusedAt = Timestamp.never
    /// A word that stands for the name in ``TradingState/outcome``.
    var nameWord: UInt64
}

/// An ended order of a closed deal.
public struct ClosedOrder: Hashable, Sendable {
    /// The order as it ended, with fills that came later.
    public var order: Order
    /// When it was put away.
    public var at: Timestamp
}

/// An entry of the error history.
public struct ErrorEntry: Hashable, Sendable {
    /// The event that recorded it.
    public var sequence: SequenceNumber
    /// When it was recorded.
    public var time: Timestamp
    /// How much attention it asks for.
    public var severity: Severity
    /// What went wrong, in words.
    public var text: String
}

/// A signal that must not be acted on twice.
public struct SeenSignal: Hashable, Sendable {
    /// Unique for its sender.
    public var id: String
    /// The symbol as the sender wrote it.
    public var symbol: String
    /// When the signal was made.
    public var time: Timestamp
    /// When it was received.
    public var seenAt: Timestamp
    /// The answer it got.
    public var verdict: SignalVerdict
}

/// An execution that was booked.
public struct SeenExecution: Hashable, Sendable {
    /// The venue's name for it.
    public var id: VenueID
    /// When it was booked.
    public var at: Timestamp
}

extension TradingState {
    /// How long a signal or command with the same key gets the answer of the first.
    public static let timeToLive = TimeSpan(seconds: 3600)

    /// The start that runs, or ran last; zero before the first.
    public var epoch: Epoch { epochs.last?.epoch ?? Epoch(0) }

    /// The instrument under `id`; `nil` where none is listed.
    public func instrument(_ id: InstrumentID) -> Instrument? {
        let place = Int(id.rawValue)
        return place < instruments.count ? instruments[place].instrument : nil
    }

    /// An order of ours, live or ended, as far as it is kept.
    public func order(_ id: OrderID) -> Order? {
        if let order = orders[id] { return order }
        return closedOrders.ordered.last { $0.order.id == id }?.order
    }

    /// The name an order carries at the venue; `nil` where its start is no longer kept.
    public func clientOrderID(of order: Order) -> ClientOrderID? {
        guard let record = epochs.last(where: { $0.epoch == order.epoch }), !record.draw.isEmpty
        else { return nil }
        return ClientOrderID(tag: tag, epoch: record.epoch, draw: record.draw, order: order.id)
    }

    /// Whether an execution was booked before.
    public func hasBooked(_ execution: VenueID) -> Bool { executionIDs.contains(execution) }

    /// What is held of an asset, locked parts included.
    public func balance(_ asset: AssetID) -> Money {
        let place = Int(asset.rawValue)
        return place < assets.count ? assets[place].balance : .zero
    }

    /// What of an asset is bound: by live orders, and by the margin of positions.
    ///
    /// Pessimistic: a pending order binds in full, and a market buy binds its notional at the
    /// reference price it was sized with.
    public func locked(_ asset: AssetID) -> Money {
        var locked = Money.zero
        for order in orders.ordered where order.isLive {
            guard let instrument = instrument(order.terms.instrument) else { continue }
            locked = locked.addingUpToBound(bound(by: order, of: instrument, in: asset))
        }
        for held in instruments
        where held.instrument.market == .perpetual && held.instrument.quote == asset {
            locked = locked.addingUpToBound(
                Money(held.position.cost.value.divided(by: held.instrument.margin.leverage, .up))
            )
        }
        return locked
    }

    private func bound(by order: Order, of instrument: Instrument, in asset: AssetID) -> Money {
        switch (instrument.market, order.terms.side) {
        case (.spot, .sell):
            return asset == instrument.base ? Money(order.rest.value) : .zero
        case (.spot, .buy):
            return asset == instrument.quote
                ? order.rest.notional(at: referencePrice(of: order), .up) : .zero
        case (.perpetual, _):
            guard asset == instrument.quote, !order.terms.isReduceOnly else { return .zero }
            let notional = order.rest.notional(at: referencePrice(of: order), .up)
            return Money(notional.value.divided(by: instrument.margin.leverage, .up))
        }
    }

    /// What of an asset is free for new orders; never negative.
    public func available(_ asset: AssetID) -> Money {
        max(.zero, balance(asset) - locked(asset))
    }

    /// The notional that deals hold and entries may still add, in the quote asset.
    ///
    /// Pessimistic: an entry that is not proven to have ended counts in full. Never above the
    /// bound of what a state holds, which no limit is.
    public var exposure: Money {
        var exposure = Money.zero
        for held in instruments { exposure = exposure.addingUpToBound(held.position.cost) }
        for order in orders.ordered where order.isLive && order.role == .entry {
            exposure = exposure.addingUpToBound(worth(of: order))
        }
        return exposure
    }

    /// What the rest of an entry is worth, in quote units: pessimistic, as ``exposure`` counts it.
    public func worth(of order: Order) -> Money {
        order.rest.notional(at: referencePrice(of: order), .up)
    }

    /// The price an entry is counted at: its limit, or what its deal saw when it was decided.
    func referencePrice(of order: Order) -> Price {
        if order.terms.price.isPositive { return order.terms.price }
        guard let deal = deals[order.deal] else { return .zero }
        return order.terms.side == .buy ? deal.evidence.ask : deal.evidence.bid
    }
}
