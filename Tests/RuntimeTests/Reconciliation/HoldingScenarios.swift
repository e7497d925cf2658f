import Engine
import Exchange
import Projections
import TestSupport
import Trading

@testable import Runtime

enum HoldingScenarios {
    static let fills = [
        ReconcileScenario("a fill came after the end", [.filledAfterEnd, .stopTooSmall]) { scene in
            _ = scene.hold()
            let entry = scene.turn.state.orders.ordered.first { $0.role == .entry }?.id.rawValue
            scene.part.fills = [scene.row(9, of: UInt128(entry ?? 0))]
            scene.part.position = quantity("3")
        },
        ReconcileScenario("a fill of an order that is not known", [.fillOfUnknownOrder]) { scene in
            scene.part.fills = [scene.row(9, of: 5, name: "hf-abcd-1-wxyz-zz")]
        },
        ReconcileScenario("a fill of rescue", [.rescueFill]) { scene in
            scene.part.fills = [scene.row(9, of: 5, name: "hr-abcd-wxyz-t6dxnl-1")]
        },
        ReconcileScenario("a fill of rescue whose row has no name", [.rescueFill]) { scene in
            scene.part.fills = [scene.row(9, of: 5)]
            var ended = VenueOrder(
                symbol: "BTCUSDT",
                venueOrder: VenueID(5),
                clientID: "hr-abcd-wxyz-t6dxnl-1",
                side: .sell
            )
            ended.status = .filled
            scene.part.ended = [ended]
        },
        ReconcileScenario("somebody traded by hand", [.foreignFill, .positionForeign]) { scene in
            scene.part.fills = [scene.row(9, of: 5), scene.row(10, of: 5, name: "web_1")]
            scene.part.position = quantity("2")
        },
        ReconcileScenario(
            "the venue acted by itself",
            [
                .liquidated, .deleveraged, .settled,
            ]
        ) { scene in
            let kinds: [VenueExecution.Kind] = [.liquidation, .deleveraging, .other, .funding]
            scene.part.fills = kinds.enumerated().map { place, kind in
                scene.row(UInt128(20 + place), of: 5, kind: kind)
            }
        },
        ReconcileScenario("a position of ours was charged funding", [.fundingNotBooked]) { scene in
            _ = scene.hold()
            scene.charge(.funding, "-1.5")
        },
        ReconcileScenario(
            "a position of which some is ours was charged funding",
            [.positionLarger, .fundingDoubtful, .balanceMissing]
        ) { scene in
            _ = scene.hold()
            scene.part.position = quantity("5")
            scene.charge(.funding, "-1.5")
        },
        ReconcileScenario("somebody else's position was charged funding", [.positionForeign]) {
            scene in
            scene.part.position = quantity("5")
            scene.survey.balances?["USDT"] = money("10001.5")
            scene.charge(.funding, "-1.5")
        },
        ReconcileScenario("a fill that is booked is told again", []) { scene in
            _ = scene.hold()
            scene.part.fills = [scene.row(1, of: 5)]
        },
    ]

    static let holdings = [
        ReconcileScenario("it was closed by hand", [.positionGone]) { scene in
            _ = scene.hold()
            scene.part.position = .zero
        },
        ReconcileScenario(
            "it was closed by hand, as fills of others say",
            [.reducedByOthers, .stopWithoutPosition]
        ) { scene in
            _ = scene.hold()
            scene.take("1.5")
            scene.take("0.5")
            scene.part.position = .zero
        },
        // Rows of USD-M tell the order that a stop became alone, and no name.
        ReconcileScenario(
            "our stop was met after it was asked for",
            [.fillNotBooked, .stopWithoutPosition]
        ) { scene in
            let stop = scene.hold()
            var became = scene.order(stop, "placed", isTriggered: true)
            became.venueOrder = VenueID(6)
            scene.part.working = [became]
            scene.take("2")
            scene.part.position = .zero
        },
        ReconcileScenario(
            "our stop was met and ended after it was asked for",
            [.fillNotBooked, .stopWithoutPosition]
        ) { scene in
            let stop = scene.hold()
            var became = scene.order(stop, "filled", filled: "2")
            became.venueOrder = VenueID(6)
            scene.part.ended = [became]
            scene.take("2")
            scene.part.position = .zero
        },
        ReconcileScenario("it was liquidated", [.reducedByOthers, .stopWithoutPosition]) { scene in
            _ = scene.hold()
            scene.take("2", kind: .liquidation)
            scene.part.position = .zero
        },
        ReconcileScenario("half of it was taken by the venue", [.reducedByOthers, .stopTooLarge]) {
            scene in
            _ = scene.hold()
            scene.take("1", kind: .deleveraging)
            scene.part.position = quantity("1")
        },
        ReconcileScenario(
            "less was closed by others than is gone",
            [.foreignFill, .positionGone]
        ) { scene in
            _ = scene.hold()
            scene.take("1.5")
            scene.part.position = .zero
        },
        ReconcileScenario(
            "others bought as well as sold",
            [.foreignFill, .positionSmaller]
        ) { scene in
            _ = scene.hold()
            scene.take("1.5")
            let bought = scene.row(50, of: 700)
            scene.part.fills?.append(bought)
            scene.part.position = quantity("1.5")
        },
        ReconcileScenario("a part was closed by hand", [.positionSmaller]) { scene in
            _ = scene.hold()
            scene.part.position = quantity("1.5")
        },
        ReconcileScenario("somebody added to it", [.positionLarger]) { scene in
            _ = scene.hold()
            scene.part.position = quantity("5")
        },
        ReconcileScenario("somebody turned it", [.positionOpposite]) { scene in
            _ = scene.hold()
            scene.part.position = quantity("-1")
        },
        ReconcileScenario("the account is in hedge mode", [.positionHedged]) { scene in
            _ = scene.hold()
            scene.part.isHedge = true
        },
        ReconcileScenario("something was withdrawn", [.balanceMissing]) { scene in
            scene.survey.balances?["USDT"] = money("9000")
        },
        ReconcileScenario("it was withdrawn, as the venue's log says", [.entryNotBooked]) { scene in
            scene.charge(.transfer, "-1000")
        },
        ReconcileScenario(
            "less was withdrawn than is missing",
            [.entryNotBooked, .balanceMissing]
        ) { scene in
            scene.charge(.transfer, "-300")
            scene.survey.balances?["USDT"] = money("9000")
        },
        ReconcileScenario("what is missing is less than a venue rounds", []) { scene in
            scene.survey.balances?["USDT"] = money("9999.99999999")
        },
        ReconcileScenario("fills of what is held were told in another order", []) { scene in
            _ = scene.hold()
            scene.lag("0.5")
        },
        ReconcileScenario("more is missing than their order explains", [.balanceMissing]) { scene in
            _ = scene.hold()
            scene.lag("0.5")
            scene.survey.balances?["USDT", default: .zero] -= money("0.001")
        },
        ReconcileScenario(
            "what the venue holds is not ours alone, and its average tells nothing of ours",
            [.positionLarger, .balanceMissing]
        ) { scene in
            _ = scene.hold()
            scene.lag("0.5")
            scene.part.position = quantity("5")
        },
        ReconcileScenario(
            "the average differs by no more than a venue rounds it, which explains nothing",
            [.balanceMissing]
        ) { scene in
            _ = scene.hold()
            scene.lag("0.00001")
        },
        ReconcileScenario("bought coins were sold by hand", [.balanceMissing], .spot) { scene in
            _ = scene.hold()
            scene.survey.balances?["BTC"] = money("1")
        },
        ReconcileScenario(
            "bought coins were sold by hand, as fills of others say",
            [.reducedByOthers, .stopTooLarge, .balanceForeign],
            .spot
        ) { scene in
            _ = scene.hold()
            scene.take("1")
            scene.survey.balances?["BTC"] = money("1")
            scene.survey.balances?["USDT"] = money("9900")
        },
        // Which of both were sold nobody can tell.
        ReconcileScenario(
            "coins were sold where others hold some too",
            [.foreignFill, .balanceForeign],
            .spot
        ) { scene in
            _ = scene.hold()
            scene.take("1")
            scene.survey.balances?["BTC"] = money("7")
        },
        ReconcileScenario("there is more than ours", [.balanceForeign, .balanceForeign]) { scene in
            scene.survey.balances = ["USDT": money("12000"), "DOGE": money("3")]
        },
        ReconcileScenario("something was borrowed", [.balanceBorrowed]) { scene in
            scene.survey.balances?["BNB"] = money("-1")
        },
        // What it took is missing until it is booked, and proves nothing.
        ReconcileScenario("a fill took what is missing", [.fillNotBooked, .stopMissing]) { scene in
            let order = scene.intend("entry buy 1 @ 90")
            scene.accept(order)
            scene.part.looked[order] = .found(scene.order(order, "placed"))
            scene.part.fills = [scene.row(9, of: UInt128(order.rawValue))]
            scene.part.position = quantity("1")
            scene.survey.balances?["USDT"] = money("9999")
        },
    ]

    static let protection = [
        ReconcileScenario("the stop was cancelled", [.cancelledByOthers, .stopMissing]) { scene in
            let stop = scene.hold()
            scene.part.looked[stop] = .found(scene.order(stop, "cancelled"))
        },
        ReconcileScenario("the stop was made smaller", [.changedByOthers, .stopTooSmall]) { scene in
            let stop = scene.hold()
            var theirs = scene.order(stop, "placed")
            theirs.quantity = quantity("1")
            scene.part.looked[stop] = .found(theirs)
        },
        ReconcileScenario("the stop was made larger", [.changedByOthers, .stopTooLarge]) { scene in
            let stop = scene.hold()
            var theirs = scene.order(stop, "placed")
            theirs.quantity = quantity("3")
            scene.part.looked[stop] = .found(theirs)
        },
        ReconcileScenario("the stop may open a position", [.stopWrong]) { scene in
            let stop = scene.hold()
            var theirs = scene.order(stop, "placed")
            theirs.isReduceOnly = false
            scene.part.looked[stop] = .found(theirs)
        },
        ReconcileScenario("the stop rests untaken", [.triggered, .stopTriggeredUnfilled]) { scene in
            let stop = scene.hold()
            scene.part.looked[stop] = .found(scene.order(stop, "placed", isTriggered: true))
        },
        ReconcileScenario("a stop outlived its position", [.stopWithoutPosition]) { scene in
            let stop = scene.intend("stop sell 2 at 90")
            scene.accept(stop)
            scene.part.looked[stop] = .found(scene.order(stop, "placed"))
        },
        ReconcileScenario("a part is below the step", [], .spot) { scene in
            let entry = scene.intend("entry buy 2")
            scene.accept(entry)
            scene.fill(entry, "1.9996")
            let stop = scene.intend("stop sell 1.999 at 90")
            scene.accept(stop)
            scene.part.looked[stop] = .found(scene.order(stop, "placed"))
            scene.settle()
        },
        ReconcileScenario("what is left is dust", [.dust], .spot) { scene in
            let entry = scene.intend("entry buy 0.001")
            scene.accept(entry)
            scene.fill(entry, "0.001")
            scene.settle()
        },
    ]

    static let rules = [
        ReconcileScenario("it is delisted", [.notListed]) { $0.part.differences = nil },
        ReconcileScenario("it is halted, and another one", [.takesNoOrders, .otherRules]) {
            scene in
            scene.part.differences = [
                InstrumentDifference(
                    matter: .status,
                    key: "status",
                    text: "the venue takes no orders for it now"
                ),
                InstrumentDifference(matter: .identity, key: "quote", text: "quote is USDT"),
            ]
        },
        ReconcileScenario("its price tick was doubled", [.rulesChanged]) { scene in
            scene.follow { filters in
                filters.priceTick = Price(filters.priceTick.value + filters.priceTick.value)
            }
        },
        ReconcileScenario("it asks what it asked before", []) { scene in scene.follow { _ in } },
        ReconcileScenario("its leverage was changed", [.otherMode]) { scene in
            scene.part.modes = ["leverage 20, wanted 10"]
        },
        ReconcileScenario("a question has no answer", [.notAnswered]) { scene in
            scene.survey.unanswered = [("bybit-linear", "openOrders", "no answer in time")]
        },
        // From silence nothing follows: neither that something is gone, nor that it is there.
        ReconcileScenario("nobody tells of balances, fills, position and stop", []) { scene in
            let stop = scene.hold()
            scene.survey.balances = nil
            scene.part.fills = nil
            scene.part.position = quantity("7")
            scene.part.looked[stop] = .unanswered
        },
        ReconcileScenario("nobody tells of the stop", []) { scene in
            let stop = scene.hold()
            scene.part.looked[stop] = .unanswered
        },
    ]
}
