import Journal
import Platform
import TestSupport
import Testing
import Trading

@testable import Inspection

@Suite(.temporaryDirectory) struct `A report` {
    @Test func `has the figures of the state`() throws {
        let journal = try TradedJournal(minutes: 6)
        let (check, _) = try page(journal)
        let state = journal.tool("state", "--json").output
        for (id, key) in [
            ("profit", "totalProfit"), ("fees", "fees"), ("funding", "funding"),
            ("maximum-drawdown", "maximumDrawdown"), ("win-rate", "winRate"),
        ] {
            let value = try #require(check.value(id), "\(id)")
            #expect(state.contains("\"\(key)\":\"\(value)\""), "\(id) \(value)")
        }
        for (id, key) in [
            ("closed-deals", "closedDeals"), ("abandoned-deals", "abandonedDeals"),
            ("orders", "orders"), ("fill-count", "fills"), ("refusal-count", "refusals"),
        ] {
            let value = try #require(check.value(id), "\(id)")
            #expect(state.contains("\"\(key)\":\(value),"), "\(id) \(value)")
        }
        #expect(check.value("profit") != "0" && check.value("closed-deals") != "0")
        let hash = try #require(text("stateHash", in: state[...]))
        #expect(check.text.contains(hash))
    }

    @Test func `has every deal, fill and refusal of a short run`() throws {
        let journal = try TradedJournal(minutes: 6)
        let (check, _) = try page(journal)
        for (kind, key) in [("dealClosed", "profit"), ("orderFilled", "price")] {
            let lines = journal.tool("show", "--json", "--kind", kind).lines
            #expect(!lines.isEmpty)
            for line in lines {
                let value = try #require(text(key, in: line))
                #expect(check.tags.contains { $0.attributes["value"] == value }, "\(value)")
            }
        }
        let closed = journal.tool("show", "--json", "--kind", "dealClosed").lines.count
        let abandoned = try #require(Int(check.value("abandoned-deals") ?? ""))
        #expect(check.text.contains("Closed deals: all \(closed - abandoned)"))
    }

    @Test func `counts a fill that was told twice once`() throws {
        let journal = try TradedJournal(minutes: 1)
        let before = try page(journal).check
        do {
            let epoch = try MadeEpoch(journal)
            try epoch.list("MADEUP", as: 1)
            try epoch.addDeal(of: 1, from: "100", to: "101", repeats: true)
            try epoch.commit()
        }
        let (check, _) = try page(journal)
        let fills = try #require(Int(before.value("fill-count") ?? "")) + 2
        #expect(check.value("fill-count") == "\(fills)")
        #expect(check.text.contains("Fills: all \(fills)"))
        let sums = check.text.split(separator: "Sums by instrument")[1]
        #expect(sums.contains("MADEUP11+102201"), "a deal, won, +1, no fees, 2 fills, 201 in all")
        #expect(check.tags.contains { $0.attributes["value"] == "201" })
    }

    @Test func `of two periods adds up to that of both`() throws {
        let journal = try TradedJournal(minutes: 6)
        let whole = try page(journal).check
        let middle = try journal.end().head / 2
        let first = try page(journal, "--to", "\(middle)").check
        let second = try page(journal, "--from", "\(middle + 1)").check
        for id in ["profit", "fees", "closed-deals", "abandoned-deals", "orders", "fill-count"] {
            let parts = try [first, second].map { check in
                try Decimal(try #require(check.value(id)))
            }
            let all = try Decimal(try #require(whole.value(id)))
            #expect(parts[0] + parts[1] == all, "\(id)")
        }
        #expect(first.text.contains("1 to \(Markup.grouped("\(middle)"))"))
        let time = try Timestamp(nanoseconds: journal.end().time)
        let minutes = Timestamp(nanoseconds: time.nanoseconds - 120_000_000_000)
        let late = try page(journal, "--since", "\(minutes)").check
        let early = try page(
            journal,
            "--until",
            "\(Timestamp(nanoseconds: minutes.nanoseconds - 1))"
        ).check
        let sum =
            try Decimal(try #require(early.value("profit")))
            + Decimal(try #require(late.value("profit")))
        #expect(sum.description == whole.value("profit"))
    }

    @Test func `of an empty period says so, with the balances as they were`() throws {
        let journal = try TradedJournal(minutes: 1)
        let (check, html) = try page(journal, "--since", "2030-01-01")
        #expect(check.text.contains("No event of the journal lies within this period."))
        #expect(check.value("profit") == "0" && check.value("closed-deals") == "0")
        #expect(!html.contains("<svg"))
        #expect(check.text.contains("USDT"))
        #expect(try page(journal, "--until", "1999-01-01").check.value("orders") == "0")
        #expect(try page(journal, "--from", "999999999").check.value("orders") == "0")
    }

    @Test func `fetches nothing and runs nothing`() throws {
        let journal = try TradedJournal(minutes: 3)
        let (check, html) = try page(journal)
        let foreign = html.split(separator: "\"").filter { $0.contains("://") }
        #expect(Set(foreign) == ["http://www.w3.org/2000/svg"])
        let taken: Set = ["script", "link", "img", "iframe", "object", "form", "foreignObject"]
        #expect(check.tags.filter { taken.contains($0.name) } == [])
        #expect(!html.contains("url(") && !html.contains("@import"))
        let keys = check.tags.flatMap(\.attributes.keys)
        #expect(keys.filter { $0.hasPrefix("on") || $0 == "src" } == [])
        let links = check.elements("a").compactMap { $0.attributes["href"] }
        let ids = Set(check.tags.compactMap { $0.attributes["id"] })
        for link in links { #expect(link.first == "#" && ids.contains(String(link.dropFirst()))) }
        let marked = check.tags.compactMap { $0.attributes["id"] }
        #expect(marked.count == Set(marked).count, "an id stands twice")
    }

    @Test func `can be told by those who do not see it`() throws {
        let (check, _) = try page(try TradedJournal(minutes: 3))
        let ids = Set(check.tags.compactMap { $0.attributes["id"] })
        for picture in check.elements("svg") where picture.attributes["aria-hidden"] == nil {
            #expect(picture.attributes["role"] == "img")
            let names = picture.attributes["aria-labelledby"]?.split(separator: " ") ?? []
            let isNamed = !names.isEmpty && names.allSatisfy { ids.contains(String($0)) }
            #expect(isNamed || picture.attributes["aria-label"] != nil)
        }
        #expect(check.elements("html").first?.attributes["lang"] == "en")
        for head in check.elements("th") { #expect(head.attributes["scope"] != nil) }
        for table in check.elements("table") { #expect(table.attributes["aria-label"] != nil) }
        #expect(check.elements("h1").count == 1)
    }

    @Test func `is the same again`() throws {
        let journal = try TradedJournal(minutes: 2)
        #expect(try page(journal).html == page(journal).html)
    }

    @Test func `tells commits by epoch as the events do`() throws {
        let journal = try TradedJournal(minutes: 3)
        let lines = journal.tool("show", "--json", "--kind", "commitsTimed").lines
        var count = 0
        for line in lines {
            count += Int(line.split(separator: "\"count\":")[1].prefix { $0.isNumber }) ?? 0
        }
        #expect(lines.count > 2 && count > 20)
        let stat = journal.tool("stat", "--json").output
        #expect(stat.contains("\"commits\":{\"count\":\(count),\"medianNanoseconds\":\""))
        #expect(journal.tool("stat").output.contains("commits, in milliseconds:"))
        let told = "\(Markup.grouped("\(count)")) were measured"
        #expect(try page(journal).check.text.contains(told))
    }
}

@Suite(.temporaryDirectory) struct `The file of a report` {
    @Test func `is replaced only when asked, and is whole or not there`() throws {
        let journal = try TradedJournal(minutes: 1)
        let file = journal.root + "/a.html"
        let run = journal.tool("report", file, "--json")
        #expect(run.status == 0)
        #expect(run.lines.count == 1)
        let head = try journal.end().head
        #expect(run.output.hasPrefix("{\"path\":\"\(file)\",\"bytes\":"))
        #expect(run.output.contains("\"period\":{\"first\":1,\"last\":\(head),"))
        #expect(run.output.contains("\"findings\":0,"))
        let before = try FileSystem.read(file)
        let again = journal.tool("report", file)
        #expect(again.status == 1 && again.messages.contains("--force"))
        #expect(try FileSystem.read(file) == before)
        #expect(journal.tool("report", file, "--force", "--from", "5").status == 0)
        #expect(try FileSystem.read(file) != before)
        #expect(try FileSystem.status(file + ".new") == nil)
    }

    @Test func `never lies in the journal, and needs a place`() throws {
        let journal = try TradedJournal(minutes: 1)
        for (file, status) in [
            (journal.path + "/a.html", Int32(1)), (journal.path + "/segments/a.html", 1),
            (journal.root, 2), (journal.root + "/none/a.html", 2), ("a/", 2),
        ] {
            let run = journal.tool("report", file, "--force")
            #expect(run.status == status, "\(file): \(run.messages)")
            #expect(run.output == "" && run.messages != "")
        }
        #expect(journal.tool("report").status == 2)
        #expect(journal.tool("report", "a.html", "--from", "5", "--to", "4").status == 2)
        #expect(journal.tool("report", "a.html", "--since", "noon").status == 2)
    }
}
