import Exchange
import TestSupport
import Testing
import Trading

@testable import Projections
@testable import Runtime

@Suite struct `What a venue says of an order` {
    /// An order of ours, as `pending 2 @ 100`, `placed 2 stop 90`, `partly 2 @ 100 filled 1`, with
    /// `amending` where an amendment is under way.
    private static func known(_ text: String) -> Order {
        let words = text.split(separator: " ").map(String.init)
        let isStop = words.contains("stop")
        let level = price(words[3])
        let filled = words.firstIndex(of: "filled").map { quantity(words[$0 + 1]) } ?? .zero
        let status: OrderStatus =
            switch words[0] {
            case "pending": .pending
            case "placed": .placed
            case "partly": .partiallyFilled
            case "filled": .filled
            default: .cancelled
            }
        return Order(
            id: OrderID(7),
            deal: DealID(3),
            role: isStop ? .stop : .entry,
            terms: OrderTerms(
                instrument: InstrumentID(0),
                side: isStop ? .sell : .buy,
                type: isStop ? .stopMarket : .limit,
                timeInForce: .goodTillCancelled,
                quantity: quantity(words[1]),
                price: isStop ? .zero : level,
                trigger: isStop ? level : .zero
            ),
            status: status,
            request: status == .pending ? .place : words.contains("amending") ? .amend : .none,
            isUnknown: false,
            isTriggered: words.contains("triggered"),
            filled: filled,
            cost: .zero,
            intendedAt: Timestamp(nanoseconds: 1),
            changedAt: Timestamp(nanoseconds: 1),
            epoch: Epoch(1),
            venueOrder: .none,
            rejection: nil,
            refused: .none
        )
    }

    /// What the venue says, in the same words; `waiting` for a stop that waits for its trigger.
    private static func found(_ text: String) -> VenueOrder {
        let words = text.split(separator: " ").map(String.init)
        let isStop = words.contains("stop")
        var order = VenueOrder(
            symbol: "BTCUSDT",
            venueOrder: VenueID(99),
            clientID: "x",
            side: isStop ? .sell : .buy
        )
        order.quantity = quantity(words[1])
        if isStop { order.trigger = price(words[3]) } else { order.price = price(words[3]) }
        order.filled = words.firstIndex(of: "filled").map { quantity(words[$0 + 1]) } ?? .zero
        order.isUntriggered = words.contains("waiting")
        switch words[0] {
        case "placed": order.status = .placed
        case "partly": order.status = .partiallyFilled
        case "full": order.status = .filled
        case "cancelled": order.status = .cancelled
        case "expired":
            order.status = .expired
            order.reason = .noLiquidity
        default:
            order.status = .rejected
            order.reason = .insufficientBalance
        }
        return order
    }

    private static func words(_ evidence: OrderEvidence) -> String {
        let reports = evidence.reports.map { body in
            switch body {
            case .accepted: "accepted"
            case .rejected(let reason): "rejected: \(reason.name)"
            case .cancelled: "cancelled"
            case .expired(let reason): "expired: \(reason.name)"
            case .amended(let quantity, let price, let trigger):
                "amended to \(quantity) @ \(price.isZero ? trigger : price)"
            case .triggered: "triggered"
            default: "?"
            }
        }
        return (reports + (evidence.lacksFills ? ["ask for fills"] : [])).joined(separator: ", ")
    }

    @Test(arguments: [
        // Known, said, new.
        ("pending 2 @ 100", "placed 2 @ 100", "accepted"),
        ("placed 2 @ 100", "placed 2 @ 100", ""),
        ("pending 2 @ 100", "rejected 2 @ 100", "rejected: insufficient balance"),
        ("cancelled 2 @ 100", "rejected 2 @ 100", ""),
        // A stop that the venue had taken on, and refused when its trigger was met.
        ("placed 2 @ 100", "rejected 2 @ 100", "expired: insufficient balance"),
        ("pending 2 @ 100", "full 2 @ 100 filled 2", "accepted, ask for fills"),
        ("pending 2 @ 100", "cancelled 2 @ 100", "accepted, cancelled"),
        ("placed 2 @ 100", "partly 2 @ 100 filled 1", "ask for fills"),
        ("partly 2 @ 100 filled 1", "partly 2 @ 100 filled 1", ""),
        ("partly 2 @ 100 filled 1", "cancelled 2 @ 100 filled 1", "cancelled"),
        // The end waits for the fills that come before it.
        ("partly 2 @ 100 filled 1", "cancelled 2 @ 100 filled 1.5", "ask for fills"),
        ("placed 2 @ 100", "expired 2 @ 100", "expired: no liquidity"),
        ("placed 2 @ 100", "expired 2 @ 100 filled 1", "ask for fills"),
        // What is behind proves nothing about the end.
        ("partly 2 @ 100 filled 1", "cancelled 2 @ 100", ""),
        ("filled 2 @ 100 filled 2", "placed 2 @ 100", ""),
        ("cancelled 2 @ 100 filled 1", "cancelled 2 @ 100 filled 2", "ask for fills"),
        // Other terms are news only where they were asked for.
        ("placed 2 @ 100 amending", "placed 3 @ 101", "amended to 3 @ 101"),
        ("placed 2 @ 100 amending", "placed 2 @ 100", ""),
        ("placed 2 @ 100", "placed 3 @ 101", ""),
        ("placed 2 @ 100 amending", "cancelled 3 @ 101", "cancelled"),
        // Stops.
        ("pending 2 stop 90", "placed 2 stop 90 waiting", "accepted"),
        ("placed 2 stop 90 amending", "placed 2 stop 95 waiting", "amended to 2 @ 95"),
        ("placed 2 stop 90", "placed 2 stop 90", "triggered"),
        ("placed 2 stop 90", "full 2 stop 90 filled 2", "triggered, ask for fills"),
        ("placed 2 stop 90 triggered", "expired 2 stop 90", "expired: no liquidity"),
        ("placed 2 stop 90", "cancelled 2 stop 90 waiting", "cancelled"),
        // Made smaller, and all of it filled.
        ("partly 2 stop 90 filled 1 triggered", "full 1 stop 90 filled 1", "cancelled"),
        ("partly 2 stop 90 filled 1 amending triggered", "full 1 stop 90 filled 1", "cancelled"),
        ("partly 2 @ 100 filled 1", "full 2 @ 100 filled 1", ""),
        ("placed 2 stop 90 triggered", "full 1 stop 90 filled 1", "ask for fills"),
    ])
    func `adds what is new, in an order that can be booked`(
        known: String,
        said: String,
        new: String
    ) {
        let evidence = OrderEvidence(Self.found(said), over: Self.known(known))
        #expect(Self.words(evidence) == new)
    }
}
