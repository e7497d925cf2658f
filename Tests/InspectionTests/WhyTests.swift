import Engine
import Foundation
import Journal
import Platform
import Projections
import TestSupport
import Testing
import Trading

@testable import Inspection
@testable import Runtime

@Suite(.temporaryDirectory) struct `Why` {
    private func report(_ sequence: UInt64, _ journal: TradedJournal) throws -> WhyReport {
        let states = try StateReader(JournalReader.open(journal.path))
        let root = try states.reader.root(of: sequence)
        let subject = try EventSearch(states.reader).order(sequence)
        let kinds = [EventKind.dealOpened, .orderRefused, .orderIntended].map(\.rawValue)
        let story = try Story(from: root, in: states) { kinds.contains($0.kind) }
        let hash = story.origin.configurationHash
        let configuration = try JournaledConfiguration(hash, in: states.reader, to: sequence)
        return try WhyReport(subject, story, configuration)
    }

    @Test func `judges every entry again as it was judged`() throws {
        let journal = try TradedJournal.ofSignals()
        var refused = 0
        for sequence in try journal.sequences(of: .orderIntended, .orderRefused) {
            let report = try report(sequence, journal)
            #expect(report.contradiction == nil)
            let review = try #require(report.review)
            let broken = review.checks.first { $0.holds == false }
            if case .orderRefused(let refusal)? = report.decision?.event {
                refused += 1
                #expect(broken?.refusal == refusal.refusal)
                #expect(broken?.limit == refusal.limit)
                #expect((broken?.after ?? broken?.before) == refusal.actual)
                // Where the limit is one of notional, the price is found again.
                let isOfNotional = refusal.refusal == .positionTooLarge
                #expect((review.verdict?.refusal == refusal.refusal) == isOfNotional)
            } else {
                #expect(broken == nil && review.verdict == nil && review.price != nil)
                #expect(review.checks.count == 9 && review.checks.allSatisfy { $0.holds == true })
            }
            let decided = try #require(report.decision?.sequence)
            let state = try #require(report.story.before[decided])
            try compare(review, with: StateDocument(state: state).document)
        }
        #expect(refused == 6)
    }

    /// The figures without the entry are those that `state` shows for the same moment.
    private func compare(_ review: RiskReview, with state: Document) throws {
        let risk = try #require(state["risk"])
        let names = [
            ("exposure", "currentExposure", "maximumExposure"),
            ("openDeals", "openDeals", "maximumOpenDeals"),
            ("dailyLoss", "dayLoss", "maximumDailyLoss"),
        ]
        for (key, before, limit) in names {
            let check = try #require(review.checks.first { $0.key == key })
            #expect(check.before?.description == risk[before]?.plain, "\(key)")
            #expect(check.limit?.description == risk[limit]?.plain, "\(key)")
        }
        guard case .list(let instruments)? = state["instruments"],
            case .list(let balances)? = state["balances"]
        else { return }
        let position = review.checks.first { $0.key == "positionSize" }
        #expect(position?.before?.description == instruments[0]["position"]?["cost"]?.plain)
        let quote = balances.first { $0["asset"] == .text("USDT") }
        let balance = review.checks.first { $0.key == "balance" }
        #expect(balance?.limit?.description == quote?["available"]?.plain)
    }

    @Test func `tells a deal of a signal from the market to its end`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 6)
        let order = try #require(try journal.sequences(of: .orderIntended).first)
        let run = journal.tool("why", "\(order)")
        #expect(run.status == 0 && run.messages == "")
        #expect(run.lines.allSatisfy { $0.count <= 100 && $0.last != " " })
        for text in [
            "why order \(order): GENUSDT", "market.gz (SHA-256 ", "within lines",
            "signals.jsonl (SHA-256",
            "bid 100.18, ask 100.2, spread 0.02", "g004: buy GENUSDT, score 77.4, accepted",
            "received +0.000 ms", "signal score 77.4: acts on scores of 70 and above",
            "order of 2000 × 1, stop at 0.002, target at 0.003", "risk       passed; counted at",
            "position size         2000.03", "entry of deal \(order - 1)",
            "buy 19.96 GENUSDT market IOC", "outcome    filled: 19.96 of 19.96 at 100.2 on average",
            "no position; 0 GEN; 100000 USDT", "left after the commit of events", "+40.000 ms",
            "accepted as 1", "filled 19.96 @ 100.2 taker", "fees       0.003992 GEN",
            "closed by signal after 33.937 s", "closing: signal, by g005 (sell, score 86.3)",
            "profit -3.393677629647929586 USDT", "exit   filled",
        ] { #expect(run.output.contains(text), "\(text)\n\(run.output)") }
        let byName = try #require(run.output.firstMatch(of: /hf-[a-z0-9]+-1-[a-z2-7]+-[a-z0-9]+/))
        #expect(journal.tool("why", String(byName.output)).output == run.output)
    }

    @Test func `says the same in JSON`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 6)
        for sequence in try journal.sequences(of: .orderIntended, .dealOpened) {
            let isDeal = try journal.sequences(of: .dealOpened).contains(sequence)
            let run =
                isDeal
                ? journal.tool("why", "--deal", "\(sequence)", "--json")
                : journal.tool("why", "\(sequence)", "--json")
            #expect(run.status == 0 && run.lines.count == 1)
            let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
            let document = try #require(object as? [String: Any])
            #expect(document["id"] as? UInt64 == sequence)
            #expect(document["contradiction"] is NSNull)
            let orders = try #require(document["orders"] as? [[String: Any]])
            #expect(isDeal ? orders.count >= 2 : orders.count == 1)
            for order in orders {
                let number = try #require(order["order"] as? UInt64)
                let commit = try #require(order["commit"] as? [String: Any])
                let first = try #require(commit["firstEvent"] as? UInt64)
                let last = try #require(commit["lastEvent"] as? UInt64)
                #expect((first...last).contains(number))
            }
        }
    }

    @Test func `adds up the fills of every order`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 10)
        var filled: [OrderID: (quantity: Quantity, cost: Money)] = [:]
        try journal.forEachEvent { envelope, _ in
            guard case .orderFilled(let fill) = envelope.event else { return }
            let cost = fill.execution.quantity.notional(at: fill.execution.price, .halfEven)
            let known = filled[fill.order] ?? (.zero, .zero)
            filled[fill.order] = (known.quantity + fill.execution.quantity, known.cost + cost)
        }
        #expect(filled.count > 5)
        for (order, sums) in filled {
            let tale = try #require(try report(order.rawValue, journal).orders.first)
            #expect(tale.last?.filled == sums.quantity)
            #expect(tale.last?.cost == sums.cost)
            let last = tale.moments.last { if case .orderFilled = $0.event { true } else { false } }
            #expect(last?.order?.filled == sums.quantity)
        }
    }

    @Test func `says why stops and exits were sent, and with what prices in sight`() throws {
        let journal = try TradedJournal(example: "examples/generated-market.json5", minutes: 10)
        var roles: Set<String> = []
        var lines = 0
        for sequence in try journal.sequences(of: .orderIntended) {
            let report = try report(sequence, journal)
            let tale = try #require(report.orders.first)
            roles.insert(tale.intended.role.name)
            let words = tale.protectionWords(report.plan)
            switch tale.intended.role {
            case .entry: #expect(words == nil)
            case .stop: #expect(words?.contains("entered at") == true)
            default: #expect(words?.contains("closing by ") == true)
            }
            let seen = try #require(tale.reaches.first)
            #expect(seen.isMarked && seen.mark > sequence && seen.through >= seen.after)
            #expect(tale.intent.link.batch.contains(seen.mark))
            lines += seen.through > seen.after ? 1 : 0
        }
        #expect(roles == ["entry", "stop", "exit"] && lines > 10)
        let order = try #require(try journal.sequences(of: .orderIntended).first)
        let text = journal.tool("why", "\(order)").output
        #expect(text.contains("none: the book decided alone"))
        #expect(text.contains("buys from 0.65 on, sells up to 0.35; 10 levels a side"))
    }

    @Test func `knows an order without an answer, an unknown one and a correction`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 4)
        let (deal, order) = try journal.openDeal()
        let open = journal.tool("why", "\(order)")
        #expect(open.status == 0)
        #expect(open.output.contains("pending, place not answered, nothing filled"))
        #expect(open.output.contains("nothing came back"))
        #expect(open.output.contains("could leave after the commit"))
        #expect(open.output.contains("nothing journaled tells whether it did"))
        #expect(open.output.contains("opening, not closed yet"))
        #expect(open.output.contains("no mark tells how far"))
        let unknown = OutcomeUnknown(order: OrderID(order), request: .place, why: "a time-out")
        try journal.append([(.outcomeUnknown(unknown), deal, order)])
        let text = journal.tool("why", "\(order)").output
        #expect(text.contains("outcome    pending, place UNKNOWN, nothing filled"))
        #expect(text.contains("place UNKNOWN: a time-out"))
        #expect(text.contains("could leave after the commit"))
        #expect(journal.tool("why", "\(order)", "--json").output.contains("\"unknown\":true"))
        let figures = Correction.OrderFigures(
            status: .pending,
            request: .place,
            isUnknown: true,
            filled: .zero,
            cost: .zero
        )
        var after = figures
        after.status = .rejected
        after.request = .none
        after.isUnknown = false
        let correction = CorrectionMade(
            by: "ann",
            reason: "asked the venue",
            undoes: SequenceNumber(0),
            correction: .order(OrderID(order), before: figures, after: after)
        )
        try journal.append([(.correctionMade(correction), nil, 0)])
        let corrected = journal.tool("why", "\(order)").output
        #expect(corrected.contains("outcome    rejected, nothing filled"))
        #expect(corrected.contains("ann corrected order \(order) from pending"))
    }

    @Test func `finds an entry that should not have left`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 2)
        var risk = try journal.lastState().risk
        risk.maximumExposure = Money(Decimal(50))
        try journal.append([
            (.riskParametersChanged(RiskParametersChanged(parameters: risk)), nil, 0)
        ])
        let (deal, order) = try journal.openDeal()
        let run = journal.tool("why", "\(order)")
        #expect(run.status == 1)
        #expect(run.output.contains("DIFFERS    the entry left, and is refused now: exposure too"))
        #expect(run.output.contains("broken"))
        #expect(journal.tool("why", "--deal", "\(deal)", "--json").status == 1)
    }

    @Test func `says what is nearest where there is no such order`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 6)
        let orders = try journal.sequences(of: .orderIntended, .orderRefused)
        let head = try journal.end().head
        let beyond = journal.tool("why", "\(head + 7)")
        #expect(beyond.status == 1 && beyond.output == "")
        #expect(
            beyond.messages.contains(
                "order \(head + 7) is not in this journal: the journal ends at event \(head); the "
                    + "nearest is \(orders[orders.count - 1])"
            )
        )
        let between = journal.tool("why", "\(orders[1] + 1)").messages
        #expect(between.contains("is no order: it is "))
        #expect(between.contains("the nearest are \(orders[1]) and \(orders[2])"))
        let deal = try #require(try journal.sequences(of: .dealOpened).first)
        #expect(journal.tool("why", "\(deal)").messages.contains("ask with --deal \(deal)"))
        #expect(journal.tool("why", "--deal", "\(orders[0])").status == 1)
        let name = ClientOrderID(
            tag: "zzzz",
            epoch: Epoch(1),
            draw: "zzzz",
            order: OrderID(orders[0])
        )
        let foreign = journal.tool("why", "\(name)")
        #expect(foreign.status == 1 && foreign.output == "")
        #expect(foreign.messages.contains("\(name) is not in this journal; order \(orders[0])"))
        #expect(journal.tool("why", "2").status == 1)
    }

    @Test func `answers for a refusal with amounts that no state could hold`() throws {
        let journal = try TradedJournal(minutes: 1)
        var planted: [UInt64] = []
        do {
            let epoch = try MadeEpoch(journal)
            let extremes = [
                Decimal.largest, Decimal(units: .min), .bound, -Decimal.bound,
                Decimal(units: 1), .zero,
            ]
            for quantity in extremes {
                for price in [Decimal.largest, Decimal(units: .min), .bound, .zero] {
                    for actual in extremes {
                        let terms = OrderTerms(
                            instrument: InstrumentID(0),
                            side: .buy,
                            type: .market,
                            timeInForce: .immediateOrCancel,
                            isReduceOnly: false,
                            quantity: Quantity(quantity),
                            price: Price(price),
                            trigger: .zero
                        )
                        let refused = OrderRefused(
                            role: .entry,
                            terms: terms,
                            refusal: planted.count % 2 == 0 ? .exposureTooLarge : .positionTooLarge,
                            limit: actual,
                            actual: actual
                        )
                        planted.append(try epoch.add(.orderRefused(refused)))
                    }
                }
            }
            try epoch.commit()
        }
        // In a process of its own: a sum that overflows ends it.
        for sequence in planted {
            let run = try journal.program("why", "\(sequence)")
            guard case .exited(let status) = run.ending else {
                Issue.record("event \(sequence): \(run.ending)")
                continue
            }
            #expect(status <= 1)
        }
    }

    @Test func `does without a configuration that it cannot read`() throws {
        let journal = try TradedJournal(minutes: 2)
        let order = try #require(try journal.sequences(of: .orderIntended).first)
        let run = journal.tool("why", "\(order)")
        #expect(run.status == 0)
        #expect(run.output.contains("the journaled configuration cannot be read: "))
    }

    @Test func `works where the journal begins above 1`() throws {
        // Every commit begins a segment.
        let journal = try TradedJournal.ofSignals(minutes: 12, segmentLimit: 1)
        let deals = try journal.sequences(of: .dealOpened)
        let orders = try journal.sequences(of: .orderIntended)
        let cut = try journal.cutFront(behind: deals[2])
        let gone = journal.tool("why", "\(orders[0])")
        #expect(gone.status == 1)
        #expect(gone.messages.contains("the journal begins with event \(cut)"))
        let later = try #require(orders.first { $0 > deals[4] })
        let text = journal.tool("why", "\(later)")
        #expect(text.status == 0)
        #expect(
            text.output.split(separator: /\s+/).joined(separator: " ").contains("it was archived")
        )
        // The deal that the cut goes through is known from the snapshot alone.
        let within = try #require(orders.first { $0 >= cut && $0 < deals[3] })
        let partial = journal.tool("why", "\(within)")
        #expect(partial.status == 0, "\(partial.messages)")
        #expect(partial.output.contains("decision   archived"))
        #expect(partial.output.contains("deal       \(deals[2]), long GENUSDT: closed by"))
        #expect(journal.tool("trace", "\(within)").messages.contains("which is archived"))
    }

    @Test func `in a bundle of the end knows the configuration that lies beside it`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 12, segmentLimit: 1)
        let order = try #require(try journal.sequences(of: .orderIntended).last)
        let bundle = journal.root + "/a.bundle"
        let made = journal.tool("bundle", bundle, "--from", "\(order)", "--json")
        #expect(made.status == 0, "\(made.messages)")
        let run = TradedJournal.tool(["--journal", bundle, "why", "\(order)", "--json"])
        #expect(run.status == 0, "\(run.messages)")
        let whole = journal.tool("why", "\(order)", "--json")
        #expect(value("problem", whole) == "null")
        #expect(value("problem", run) == "null", "\(run.output)")
    }
}
