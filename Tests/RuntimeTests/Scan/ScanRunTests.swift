import Exchange
import Journal
import Platform
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite(.temporaryDirectory) struct `A scan of a market` {
    private let root = TemporaryDirectory.path

    private func plan(_ server: ScanServer, every interval: Int = 5) -> ScanPlan {
        ScanPlan(
            market: .bybitSpot,
            hosts: VenueHosts.local("127.0.0.1:\(server.port)"),
            network: "local",
            interval: interval,
            journal: root + "/scans",
            stateDirectory: root + "/state",
            patience: .zero,
            program: "test 1"
        )
    }

    /// Scans while the server is given turns; stops once it was asked for so many books.
    private func scan(
        _ plan: ScanPlan,
        _ server: ScanServer,
        stopAfter books: Int = .max,
        progress: @escaping (ScanProgress) -> Void = { _ in },
        note: @escaping (String) -> Void = { _ in }
    ) throws -> ScanResult {
        var plan = plan
        plan.scanner = try Self.executable()
        plan.coolDown = TimeSpan(milliseconds: 20)
        return try MarketScan.run(
            plan,
            ScanObserver(
                progress: progress,
                note: note,
                isStopWanted: {
                    server.turn()
                    return server.books.count >= books
                }
            )
        )
    }

    private static func executable() throws -> String {
        FileSystem.parent(of: try CurrentProcess.executablePath()) + "/holdfast"
    }

    private static func pairs(_ count: Int) -> [ScanServer.Pair] {
        (0..<count).map { number in
            ScanServer.Pair(
                base: "A\(1000 + number)",
                quote: number % 3 == 0 ? "USDC" : "USDT",
                turnover: "\(number * 7 % count).5"
            )
        }
    }

    /// The symbols of what is traded, in the order of a scan; books are asked for over several
    /// connections at once, and arrive in another.
    private static func order(_ pairs: [ScanServer.Pair]) -> [String] {
        pairs.filter(\.isTrading).sorted { ($0.quote, $0.symbol) < ($1.quote, $1.symbol) }
            .map(\.symbol)
    }

    @Test func `reads every page, asks for every book once, and ranks by turnover`() throws {
        var pairs = Self.pairs(60)
        pairs[10].isTrading = false
        pairs.append(ScanServer.Pair(base: "USDC", quote: "USDT", turnover: "3.5"))
        let server = try ScanServer(pairs)
        server.pageSize = 25
        var seen: [ScanProgress] = []
        let result = try scan(plan(server), server, progress: { seen.append($0) })
        #expect(server.pages == ["", "25", "50"])
        #expect(Set(server.books).count == 60 && server.books.count == 60)
        #expect(result.scan.status == .completed && result.scan.total == 60)
        #expect(result.scan.cursor == "USDT \(Self.order(pairs).last ?? "")")
        let ranked = pairs.filter(\.isTrading).sorted { left, right in
            let (mine, its) = (number(left.turnover), number(right.turnover))
            return mine == its ? left.symbol < right.symbol : mine > its
        }
        #expect(result.scan.best.map(\.symbol) == ranked.map(\.symbol))
        #expect(result.scan.best[0].depth == MarketDepth(bids: money("0"), asks: money("0")))
        #expect(seen.last?.processed == 60 && seen.first?.processed == 0)
        // The beginning, each fifth pair, and the end.
        #expect(result.scan.checkpoints == 13)
    }

    @Test func `measures spread and depth near the middle`() throws {
        let server = try ScanServer([ScanServer.Pair(base: "A", quote: "USDT", turnover: "5")])
        server.book = (
            bids: #"["100","1"],["99.6","2"],["99.5","4"]"#,
            asks: #"["100.1","3"],["100.55","5"],["100.56","7"]"#
        )
        let result = try scan(plan(server), server)
        let pair = try #require(result.scan.best.first)
        // The middle is 100.05, and a half percent of it 0.50025.
        #expect(pair.depth == MarketDepth(bids: money("299.2"), asks: money("803.05")))
        #expect(pair.bid == price("99") && pair.ask == price("101"))
        #expect(pair.spread == number("200"))
    }

    @Test func `compares turnovers in one asset, and says where it cannot`() throws {
        let server = try ScanServer([
            ScanServer.Pair(base: "BTC", quote: "USDT", turnover: "500", last: "50000"),
            ScanServer.Pair(base: "ETH", quote: "BTC", turnover: "2", last: "0.05"),
            ScanServer.Pair(base: "USDT", quote: "BRL", turnover: "9000", last: "5"),
            ScanServer.Pair(base: "BTC", quote: "XYZ", turnover: "99999999", last: "7"),
        ])
        let best = try scan(plan(server), server).scan.best
        #expect(best.map(\.symbol) == ["ETHBTC", "USDTBRL", "BTCUSDT", "BTCXYZ"])
        #expect(best.map(\.value) == [money("100000"), money("1800"), money("500"), nil])
    }

    @Test func `goes on behind its last checkpoint, and asks for nothing twice`() throws {
        let server = try ScanServer(Self.pairs(100))
        let whole = try scan(plan(server), server)
        var plan = plan(server)
        plan.asset = "USDC"
        server.forget()
        let stopped = try scan(plan, server, stopAfter: 40)
        #expect(stopped.scan.status == .running && stopped.scan.processed >= 30)
        let left = Self.order(server.pairs).dropFirst(Int(stopped.scan.processed))
        server.forget()
        var notes: [String] = []
        let result = try scan(plan, server, note: { notes.append($0) })
        #expect(result.scan.id == stopped.scan.id && result.scan.status == .completed)
        #expect(result.resumedAt == stopped.scan.processed && result.scan.total == 100)
        #expect(server.books.sorted() == left.sorted())
        #expect(notes.count == 1)
        #expect(result.scan.best.count == 100)
        // In another asset the same pairs are worth something else, and their turnovers the same.
        let isSame =
            Set(result.scan.best.map { "\($0.symbol) \($0.turnover)" })
            == Set(whole.scan.best.map { "\($0.symbol) \($0.turnover)" })
        #expect(isSame)
        // What is completed is not gone on with.
        server.forget()
        #expect(try scan(plan, server).scan.id != stopped.scan.id)
        #expect(server.books.count == 100)
    }

    @Test func `begins anew where that is wanted, and gives the interrupted one up`() throws {
        let server = try ScanServer(Self.pairs(40))
        let stopped = try scan(plan(server), server, stopAfter: 20)
        server.forget()
        var again = plan(server)
        again.beginsAnew = true
        #expect(try scan(again, server).scan.id != stopped.scan.id)
        #expect(server.books.count == 40)
        let scans = try ScanList.read(again.journal)
        #expect(scans.map(\.status) == [.failed, .completed])
        #expect(scans.first?.message == "given up for a new one")
    }

    @Test func `fails with a message where the venue does not answer`() throws {
        let server = try ScanServer(Self.pairs(40))
        server.brokenAfter = 17
        #expect(throws: RunFailure.self) { try scan(plan(server), server) }
        let failed = try #require(try ScanList.read(root + "/scans").last)
        #expect(failed.status == .failed && failed.message.contains("does not answer"))
        // Eight requests are under way at most: before the eighteenth arrives, which is the first
        // that is not answered, ten pairs were looked at, whatever order the others arrive in.
        #expect(failed.processed >= 17 - 7 && failed.processed <= 17)
        server.brokenAfter = .max
        #expect(try scan(plan(server), server).resumedAt == 0)
    }

    @Test func `says of a pair without a book that its depth is unknown`() throws {
        let server = try ScanServer(Self.pairs(3))
        server.refused = ["A1001USDT"]
        var notes: [String] = []
        let result = try scan(plan(server), server, note: { notes.append($0) })
        #expect(notes.count == 1 && notes[0].contains("A1001USDT"))
        let unknown = result.scan.best.filter { $0.depth == nil }
        #expect(unknown.map(\.symbol) == ["A1001USDT"] && result.scan.processed == 3)
        let text = ScanText.json(result, top: 3)
        #expect(text.contains(#""bidDepth":null"#))
    }

    @Test func `leaves a journal of tapes alone`() throws {
        let server = try ScanServer(Self.pairs(3))
        var options = WriterOptions(stateDirectory: root + "/state")
        options.scan = .inProcess
        var epoch = try ToolEpoch(making: root + "/scans", options, for: .tape, program: "test")
        try epoch.end()
        #expect(throws: RunFailure.self) { try scan(plan(server), server) }
        #expect(server.books.isEmpty)
    }

    @Test func `leaves a journal that verifies, whole and in the middle`() throws {
        let server = try ScanServer(Self.pairs(60))
        _ = try scan(plan(server), server, stopAfter: 30)
        for _ in 0..<2 {
            var options = VerifierOptions()
            options.scan = .inProcess
            options.stateDirectory = root + "/state"
            let report = try Verifier.verify(root + "/scans", options: options)
            #expect(report.findings.filter { $0.severity != .note }.isEmpty)
            _ = try scan(plan(server), server)
        }
    }
}
