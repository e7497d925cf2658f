import Journal
import Platform
import TestSupport
import Testing
import Trading

@testable import Inspection

@Suite(.temporaryDirectory) struct `A report of a hostile journal` {
    private let script = "<script>alert('x')</script>\"&\u{202E}\u{0}\u{7}</td></table>"

    @Test func `shows texts of others as texts`() throws {
        let journal = try TradedJournal(minutes: 1)
        do {
            let epoch = try MadeEpoch(journal)
            try epoch.list(script, as: 1)
            try epoch.addRefusal(of: 1)
            try epoch.add(.errorRecorded(ErrorRecorded(severity: .alarm, text: script)))
            try epoch.add(.errorRecorded(ErrorRecorded(severity: .error, text: script)))
            let status = BotStatusChanged(status: .paused, reason: "by \(script)")
            try epoch.add(.botStatusChanged(status))
            let deposit = BalanceAdjusted(asset: script, amount: .zero, reason: script)
            try epoch.add(.balanceAdjusted(deposit))
            let correction = CorrectionMade(
                by: script,
                reason: script,
                undoes: SequenceNumber(0),
                correction: .balance(asset: script, before: .zero, after: .zero)
            )
            try epoch.add(.correctionMade(correction))
            let dealt = DealOpened(
                instrument: InstrumentID(1),
                side: .buy,
                evidence: Evidence(
                    strategy: 9,
                    score: .bound,
                    bid: Price(.bound),
                    ask: Price(-Decimal.bound)
                )
            )
            try epoch.add(.dealOpened(dealt))
            try epoch.commit()
        }
        let (check, html) = try page(journal)
        #expect(!html.contains("<script") && !html.contains("</td></table>\""))
        #expect(check.elements("script") == [])
        let shown = "<script>alert('x')</script>\"&\\u{202E}\\u{0}\\u{7}</td></table>"
        #expect(check.text.components(of: shown) >= 7, "\(check.text.components(of: shown))")
        let hidden = html.unicodeScalars.filter { scalar in
            scalar.properties.generalCategory == .format
                || (scalar.properties.generalCategory == .control && scalar != "\n")
        }
        #expect(hidden.isEmpty)
        #expect(check.value("alarms") == "1")
        #expect(check.value("unclean-stops") == "1")
    }

    @Test func `cuts texts that are very long, and says so`() throws {
        let journal = try TradedJournal(minutes: 1)
        let before = try page(journal).html.utf8.count
        do {
            let epoch = try MadeEpoch(journal)
            let long = String(repeating: "very long & ", count: 5000)
            for _ in 0..<50 {
                try epoch.add(.errorRecorded(ErrorRecorded(severity: .error, text: long)))
            }
            try epoch.commit()
        }
        let (check, html) = try page(journal)
        #expect(html.utf8.count < before + 50 * 1000)
        #expect(check.text.contains("very long & very long &"))
        #expect(check.text.contains(" …"))
    }

    @Test func `of a long run stays small, and says what is left out`() throws {
        let journal = try TradedJournal(minutes: 1)
        var sizes: [Int] = []
        for round in 0..<2 {
            do {
                let epoch = try MadeEpoch(journal, epoch: UInt32(2 + round * 400))
                if round == 0 { try epoch.list("MADEUP", as: 1) }
                for number in 0..<1500 {
                    try epoch.addDeal(of: 1, from: "100", to: number % 3 == 0 ? "99.5" : "100.25")
                    if number % 2 == 0 { try epoch.addRefusal() }
                    let text = "trouble \(number)"
                    try epoch.add(.errorRecorded(ErrorRecorded(severity: .alarm, text: text)))
                    if number % 4 == 0 {
                        try epoch.begin(UInt32(3 + round * 400 + number / 4))
                    }
                }
                try epoch.commit()
            }
            sizes.append(try page(journal).html.utf8.count)
        }
        #expect(sizes[0] < 2_000_000, "\(sizes)")
        #expect(sizes[1] < sizes[0] * 11 / 10, "\(sizes)")
        let (check, html) = try page(journal)
        let deals = try #require(check.value("closed-deals"))
        #expect(Int(deals) ?? 0 >= 3000)
        #expect(check.text.contains("Closed deals: the newest 500 of \(Markup.grouped(deals))"))
        #expect(check.text.contains("the rest: journalctl export"))
        #expect(check.text.contains("Drawn are the 300 deals of"))
        let points = html.split(separator: "class=\"line\" d=\"")[1].prefix { $0 != "\"" }
        #expect(points.count { $0 == "H" } <= 2001)
        #expect(check.text.contains("2253.875"))
    }
}

@Suite(.temporaryDirectory) struct `A report of a damaged journal` {
    @Test func `shows findings on top and what is whole before and behind`() throws {
        let journal = try TradedJournal(minutes: 3)
        let whole = try page(journal).check
        try journal.flip(kind: "dealClosed")
        let file = journal.root + "/damaged.html"
        let run = journal.tool("report", file)
        #expect(run.status == 1, "\(run.messages)")
        #expect(run.output.contains("finding"))
        let html = String(decoding: try FileSystem.read(file), as: UTF8.self)
        let check = PageCheck(html)
        #expect(check.problems == [])
        #expect(check.text.contains("findings of the verification"))
        #expect(check.text.contains("A snapshot gives the state behind them"))
        // The newest snapshot is of the head: sums are whole.
        for id in ["profit", "closed-deals", "fill-count"] {
            #expect(check.value(id) == whole.value(id), "\(id)")
        }
        #expect(html.contains("class=\"lost\""))
        let verdict = try #require(html.firstRange(of: "id=\"verification\""))
        let figures = try #require(html.firstRange(of: "id=\"figures\""))
        #expect(verdict.lowerBound < figures.lowerBound)
    }

    @Test func `ends where the state is no longer known`() throws {
        let journal = try TradedJournal(minutes: 3)
        try journal.flip(kind: "dealClosed")
        for name in try FileSystem.list(journal.path + "/snapshots") {
            try FileSystem.removeFile(journal.path + "/snapshots/" + name)
        }
        let verify = journal.tool("verify", "--json")
        let lost = try #require(value("firstSequence", verify).flatMap { UInt64($0) })
        let (check, _) = try page(journal, status: 1)
        #expect(check.text.contains("From event \(Markup.grouped("\(lost)")) on nothing"))
        let state = journal.tool("state", "--at", "\(lost - 1)", "--json").output
        let profit = try #require(check.value("profit"))
        #expect(state.contains("\"totalProfit\":\"\(profit)\""))
    }

    @Test func `is made even of one that is cut, zeroed or empty`() throws {
        let journal = try TradedJournal(minutes: 1)
        let bytes = try FileSystem.read(journal.data)
        for size in [0, 4096, 8192, 20_480, bytes.count / 2, bytes.count - 4096] {
            try FileSystem.replaceDurably(journal.data, with: [Array(bytes.prefix(size))])
            let file = journal.root + "/cut.html"
            let run = journal.tool("report", file, "--force")
            let check = PageCheck(String(decoding: try FileSystem.read(file), as: UTF8.self))
            #expect(check.problems == [])
            #expect(check.text.contains("of the verification"), "\(size)")
            let isEmpty = check.text.contains("Nothing can be read")
            #expect(run.status == (isEmpty ? 2 : 1) && isEmpty == (size <= 8192), "\(size)")
        }
        var zeroed = bytes
        for place in 0..<8192 { zeroed[place] = 0 }
        try FileSystem.replaceDurably(journal.data, with: [zeroed])
        // The batches are found without the pages that lead to them.
        let raw = try page(journal, status: 1).check
        #expect(raw.text.contains("GENUSDT") && !raw.text.contains("Nothing can be read"))
        let nothing = [UInt8](repeating: 0, count: bytes.count)
        try FileSystem.replaceDurably(journal.data, with: [nothing])
        #expect(try page(journal, status: 2).check.text.contains("Nothing can be read"))
        try FileSystem.replaceDurably(journal.data, with: [bytes])
        #expect(try page(journal).check.text.contains("The journal is as it was written"))
    }

    @Test func `survives any flipped bit`() throws {
        let journal = try TradedJournal(minutes: 1)
        let bytes = try FileSystem.read(journal.data)
        var random = SeededRandom(seed: 20)
        for round in 0..<60 {
            var flipped = bytes
            let place = random.int(0...(bytes.count - 1))
            flipped[place] ^= 1 << UInt8(random.int(0...7))
            try FileSystem.replaceDurably(journal.data, with: [flipped])
            let file = journal.root + "/flipped.html"
            let run = journal.tool("report", file, "--force")
            #expect(run.status <= 1, "seed 20, round \(round), byte \(place): \(run.messages)")
            let check = PageCheck(String(decoding: try FileSystem.read(file), as: UTF8.self))
            #expect(check.problems == [], "seed 20, round \(round), byte \(place)")
            #expect((run.status == 1) == !check.text.contains("The journal is as it was written"))
        }
    }
}

extension String {
    /// How often a text occurs.
    fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
