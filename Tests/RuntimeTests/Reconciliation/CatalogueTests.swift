import FoundationEssentials
import Testing
import Trading

@testable import Runtime

@Suite struct `The catalogue of cases` {
    private static var page: String {
        get throws {
            let top = URL(filePath: #filePath).deletingLastPathComponent()
                .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            let path = top.appending(path: "docs/reconciliation.md").path
            return try String(contentsOfFile: path, encoding: .utf8)
        }
    }

    @Test func `stands in the documentation as it is in the code`() throws {
        #expect(try Self.page.contains(ReconcileText.catalogue + "\n"))
    }

    @Test func `has at least forty cases, each with an id of its own`() {
        let ids = CaseKind.allCases.map(\.rawValue)
        #expect(ids.count >= 40 && Set(ids).count == ids.count)
    }

    @Test func `says of each case something else`() {
        let texts = CaseKind.allCases.map { $0.entry.seen }
        #expect(Set(texts).count == texts.count)
    }

    /// What the engine mends itself must not stop it, and what is somebody else's neither.
    @Test func `blocks risk for what a person has to decide, and for nothing else`() {
        for kind in CaseKind.allCases where kind.blocksRisk {
            #expect([.ask, .halt].contains(kind.entry.action), "\(kind)")
        }
        for kind in [CaseKind.positionGone, .positionOpposite, .unknownEpoch, .balanceMissing] {
            #expect(kind.blocksRisk, "\(kind)")
        }
        for kind in [CaseKind.stopMissing, .foreignFill, .notProven, .entryNotBooked, .dust] {
            #expect(!kind.blocksRisk, "\(kind)")
        }
    }

    @Test func `is printed for people and for programs`() {
        let found = Discrepancy(
            kind: .stopMissing,
            scope: .instrument("BTCUSDT at bybit-linear"),
            subject: "BTCUSDT",
            seen: "2 is held, and no stop works"
        )
        let plan = ReconciliationPlan(cases: [found], head: SequenceNumber(7), time: .never)
        let words = ReconcileText.words(plan)
        #expect(words.hasPrefix("S1 ask: a position of ours has no stop that works at the venue\n"))
        #expect(words.contains("nothing new would be risked: BTCUSDT at bybit-linear"))
        let json = ReconcileText.json(plan)
        #expect(json.contains(#""case":"S1","action":"ask","scope":"BTCUSDT at bybit-linear""#))
        #expect(json.contains(#""head":7"#) && json.contains(#""inOrder":false"#))
    }
}
