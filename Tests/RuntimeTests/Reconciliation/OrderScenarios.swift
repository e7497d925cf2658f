import Engine
import Exchange
import Projections
import TestSupport
import Trading

@testable import Runtime

enum OrderScenarios {
    static let unanswered = [
        ReconcileScenario("the answer of a placement was lost", [.takenOn]) { scene in
            let order = scene.intend("entry buy 2 @ 90")
            scene.part.looked[order] = .found(scene.order(order, "placed"))
        },
        ReconcileScenario("it was lost, and the order has ended", [.endedUnanswered]) { scene in
            let order = scene.intend("entry buy 2")
            scene.part.looked[order] = .found(scene.order(order, "expired"))
        },
        ReconcileScenario(
            "it was lost, and the order was filled",
            [
                .filledFurther, .endedUnanswered, .fillNotBooked, .stopMissing,
            ]
        ) { scene in
            let order = scene.intend("entry buy 1")
            scene.part.looked[order] = .found(scene.order(order, "filled", filled: "1"))
            scene.part.fills = [scene.row(9, of: UInt128(order.rawValue), name: scene.name(order))]
            scene.part.position = quantity("1")
        },
        ReconcileScenario(
            "it was filled, and the fills are not told",
            [
                .fillsMissing, .takenOn,
            ]
        ) { scene in
            let order = scene.intend("entry buy 2 @ 90")
            scene.part.looked[order] = .found(scene.order(order, "placed", filled: "1"))
        },
        ReconcileScenario("the request was lost long ago", [.neverArrived]) { scene in
            let order = scene.intend("entry buy 2")
            scene.part.looked[order] = .absent(isProven: true)
        },
        ReconcileScenario("the request was lost just now", [.notProven]) { scene in
            let order = scene.intend("entry buy 2")
            scene.part.looked[order] = .absent(isProven: false)
        },
        ReconcileScenario("nobody answers about an order", []) { scene in
            let order = scene.intend("entry buy 2")
            scene.part.looked[order] = .unanswered
        },
    ]

    private static func rest(_ scene: inout ReconcileScene) -> OrderID {
        let order = scene.intend("entry buy 2 @ 90")
        scene.accept(order)
        return order
    }

    static let working = [
        ReconcileScenario("it was cancelled by hand", [.cancelledByOthers]) { scene in
            let order = rest(&scene)
            scene.part.looked[order] = .found(scene.order(order, "cancelled"))
        },
        ReconcileScenario("it was cancelled as asked", [.cancelled]) { scene in
            let order = rest(&scene)
            scene.turn.emit(.cancelIntended(CancelIntended(order: order)))
            scene.part.looked[order] = .found(scene.order(order, "cancelled"))
        },
        ReconcileScenario("the cancel was lost", [.cancelNotDone]) { scene in
            let order = rest(&scene)
            scene.turn.emit(.cancelIntended(CancelIntended(order: order)))
            scene.part.looked[order] = .found(scene.order(order, "placed"))
        },
        ReconcileScenario("it expired", [.endedByRules]) { scene in
            let order = rest(&scene)
            scene.part.looked[order] = .found(scene.order(order, "expired"))
        },
        ReconcileScenario("the venue forgot it", [.forgotten]) { scene in
            let order = rest(&scene)
            scene.part.looked[order] = .absent(isProven: true)
        },
        ReconcileScenario("somebody moved its limit", [.changedByOthers]) { scene in
            let order = rest(&scene)
            var theirs = scene.order(order, "placed")
            theirs.price = price("95")
            scene.part.looked[order] = .found(theirs)
        },
        ReconcileScenario("it was amended as asked", [.amended]) { scene in
            let order = rest(&scene)
            scene.turn.emit(amendment(of: order))
            var theirs = scene.order(order, "placed")
            theirs.price = price("91")
            scene.part.looked[order] = .found(theirs)
        },
        ReconcileScenario("the amendment was lost", [.amendNotDone]) { scene in
            let order = rest(&scene)
            scene.turn.emit(amendment(of: order))
            scene.part.looked[order] = .found(scene.order(order, "placed"))
        },
        ReconcileScenario("its description is old", [.filledLess, .stopMissing]) { scene in
            let order = rest(&scene)
            scene.fill(order, "1", at: "90")
            scene.part.looked[order] = .found(scene.order(order, "placed", filled: "0"))
            scene.part.position = quantity("1")
            scene.settle()
        },
    ]

    private static func amendment(of order: OrderID) -> Event {
        .amendIntended(
            AmendIntended(
                order: order,
                quantity: quantity("2"),
                price: price("91"),
                trigger: .zero
            )
        )
    }

    static let strangers = [
        ReconcileScenario("somebody else's order", [.foreignOrder]) { scene in
            scene.part.working = [scene.stranger("web_1")]
        },
        ReconcileScenario("an order of another engine of ours", [.foreignOrder]) { scene in
            scene.part.working = [scene.stranger("hf-zzzz-1-wxyz-5")]
        },
        ReconcileScenario("an order of rescue", [.rescueOrder]) { scene in
            scene.part.working = [scene.stranger("hr-abcd-wxyz-t6dxnl-1")]
        },
        ReconcileScenario("an order of another journal's rescue", [.foreignOrder]) { scene in
            scene.part.working = [scene.stranger("hr-zzzz-wxyz-t6dxnl-1")]
        },
        ReconcileScenario("an order of a copy of the journal", [.unknownEpoch]) { scene in
            scene.part.working = [scene.stranger("hf-abcd-1-copy-5")]
        },
        ReconcileScenario("an order of a start that is to come", [.unknownEpoch]) { scene in
            scene.part.working = [scene.stranger("hf-abcd-2-wxyz-5")]
        },
        ReconcileScenario("orders of a copy of the journal that ended", [.unknownEpoch]) { scene in
            scene.part.ended = [
                scene.stranger("hf-abcd-1-copy-5"), scene.stranger("hf-abcd-1-copy-6"),
            ]
        },
        ReconcileScenario("an order that ended stands behind the journal's end", [.unknownOrder]) {
            scene in
            scene.part.ended = [scene.stranger("hf-abcd-1-wxyz-zz")]
        },
        ReconcileScenario("orders of ours, of others and of forgotten starts ended", []) { scene in
            scene.part.ended = [
                scene.stranger("hf-abcd-1-wxyz-1"), scene.stranger("hf-zzzz-1-copy-5"),
                scene.stranger("web_1"), scene.stranger("hf-abcd-0-gone-5"),
            ]
        },
        ReconcileScenario("an order behind the journal's end", [.unknownOrder]) { scene in
            scene.part.working = [scene.stranger("hf-abcd-1-wxyz-zz")]
        },
        ReconcileScenario("an order that has ended works", [.worksThoughEnded]) { scene in
            let order = scene.intend("entry buy 2 @ 90")
            scene.turn.emit(
                .orderRejected(
                    OrderRejected(
                        refusal: VenueRefusal(
                            order: order,
                            report: scene.nextReport,
                            reason: .other
                        )
                    )
                )
            )
            scene.part.working = [scene.stranger(scene.name(order))]
        },
    ]
}
