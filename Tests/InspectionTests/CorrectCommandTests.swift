import Engine
import FoundationEssentials
import Journal
import Platform
import Projections
import TestSupport
import Testing
import Trading

@testable import Inspection

/// Corrections as an operator makes them, on a journal that nobody writes.
@Suite(.temporaryDirectory) struct `Correcting on the command line` {
    private let by = ["--operator", "ada", "--reason", "asked the venue"]

    private func correct(_ journal: TradedJournal, _ words: [String]) -> ToolRun {
        let line = ["--journal", journal.path, "correct"] + words + by
        return TradedJournal.tool(line + ["--state-directory", journal.state])
    }

    /// Corrects on the figures that are there now.
    private func correctNow(_ journal: TradedJournal, _ words: [String]) throws -> ToolRun {
        let seen = correct(journal, words + ["--json"])
        let version = value("version", seen)?.filter { $0 != "\"" } ?? ""
        return correct(journal, words + ["--expect", version])
    }

    private func isWhole(_ journal: TradedJournal) -> Bool {
        journal.tool("verify").status == 0
            && value("divergence", journal.tool("replay", "--from-genesis", "--json")) == "null"
    }

    @Test func `is shown first, and writes nothing`() throws {
        let journal = try TradedJournal(minutes: 1)
        let before = try ReadingCommands.tree(journal.path)
        let seen = correct(journal, ["balance", "USDT", "--to", "5"])
        #expect(seen.status == 0, "\(seen.messages)")
        #expect(seen.output.contains("total: ") && seen.output.contains(" → 5"))
        #expect(seen.output.contains("not applied; to apply it, say the same with --expect "))
        let stale = correct(journal, ["balance", "USDT", "--to", "5", "--expect", "000000000000"])
        #expect(stale.status == 1 && stale.output.contains("refused as stale"))
        #expect(try ReadingCommands.tree(journal.path) == before)
    }

    @Test func `is an event with a name, and is taken back once`() throws {
        let journal = try TradedJournal(minutes: 1)
        let before = try journal.lastState().assets.map(\.balance)
        let done = try correctNow(journal, ["balance", "USDT", "--to", "5"])
        #expect(done.status == 0 && done.output.contains("applied as event "))
        let number = try #require(try journal.sequences(of: .correctionMade).last)
        let shown = journal.tool("show", "--kind", "correctionMade").output
        #expect(shown.contains("ada corrected the balance of USDT") && shown.contains("asked"))
        #expect(try journal.lastState().assets.contains { $0.balance == Money(Decimal(5)) })
        #expect(isWhole(journal))
        let undone = try correctNow(journal, ["undo", "\(number)"])
        #expect(undone.status == 0, "\(undone.messages)")
        #expect(try journal.lastState().assets.map(\.balance) == before)
        #expect(isWhole(journal))
        // The same figures again are another correction, and not the one that was taken back.
        #expect(try correctNow(journal, ["balance", "USDT", "--to", "5"]).status == 0)
        let again = correct(journal, ["undo", "\(number)"])
        #expect(again.status == 1 && again.messages.contains("has taken it back already"))
    }

    @Test func `is refused where it cannot be`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 4)
        let (deal, order) = try journal.openDeal()
        let before = try ReadingCommands.tree(journal.path)
        let table: [([String], String)] = [
            (["balance", "NOPE", "--to", "1"], "there is no asset NOPE"),
            (["balance", "USDT", "--to", "-1"], "a balance is never negative"),
            (
                ["position", "NOPE", "--quantity", "1", "--cost", "1"],
                "there is no instrument NOPE"
            ),
            (["order", "1", "--status", "cancelled"], "there is no order 1"),
            (["deal", "1", "--held", "1"], "deal 1 is not open"),
            (["undo", "1"], "event 1 is no correction"),
            (["skip", "1"], "1"),
            (
                [
                    "deal", "\(deal)", "--held", "3", "--entry-quantity", "3", "--entry-cost",
                    "300",
                ],
                "it would sell what is not its own; correct the position first"
            ),
            (
                ["deal", "\(deal)", "--entry-quantity", "3", "--entry-cost", "0"],
                "stop and target are reckoned from it"
            ),
            (
                ["order", "\(order)", "--status", "filled", "--filled", "1", "--cost", "100"],
                "correct the position first, then the deal, then the order"
            ),
        ]
        for (words, reason) in table {
            let run = correct(journal, words)
            #expect(run.status == 1 && run.messages.contains(reason), "\(words): \(run.messages)")
        }
        let nobody = journal.tool("correct", "balance", "USDT", "--to", "1")
        #expect(nobody.status == 2)
        #expect(try ReadingCommands.tree(journal.path) == before)
    }

    @Test func `of a fill that was missed goes from the position to the order`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 4)
        let (deal, order) = try journal.openDeal()
        let held = try journal.lastState().instruments[0].position.quantity
        let whole = held + Quantity(Decimal(1))
        for words in [
            ["position", "GENUSDT", "--quantity", "\(whole)", "--average", "100"],
            [
                "deal", "\(deal)", "--held", "\(whole)", "--entry-quantity", "1", "--entry-cost",
                "100",
            ],
            ["order", "\(order)", "--status", "filled", "--filled", "1", "--cost", "100"],
        ] {
            let run = try correctNow(journal, words)
            #expect(run.status == 0, "\(words): \(run.messages)")
        }
        #expect(isWhole(journal))
    }

    @Test func `does not wait again for an answer that has come`() throws {
        let journal = try TradedJournal.ofSignals(minutes: 4)
        let (deal, order) = try journal.openDeal()
        #expect(try correctNow(journal, ["order", "\(order)", "--status", "expired"]).status == 0)
        let number = try #require(try journal.sequences(of: .correctionMade).last)
        #expect(correct(journal, ["undo", "\(number)"]).status == 0)
        let report = ReportSetAside(order: OrderID(order), report: 999_999, why: "nothing new")
        try journal.append([(.reportSetAside(report), deal, order)])
        let undone = correct(journal, ["undo", "\(number)"])
        #expect(undone.status == 1, "\(undone.output)")
        #expect(undone.messages.contains("would wait for it for ever"), "\(undone.messages)")
    }
}
