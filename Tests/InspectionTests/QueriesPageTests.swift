import Platform
import TestSupport
import Testing

@testable import Inspection

/// `docs/queries.md`: what it says to type is typed, and what it shows is compared.
@Suite(.temporaryDirectory) struct `The page of questions` {
    private static let path = TradedJournal.top + "/docs/queries.md"

    /// A question of the page and the answer that stands there.
    private struct Question {
        let sql: String
        let answer: String
    }

    private func page() throws -> String {
        String(decoding: try FileSystem.read(Self.path), as: UTF8.self)
    }

    private let opening = "\n$ journalctl --journal data/questions sql \"\n"

    private func questions(_ page: String) throws -> [Question] {
        try page.split(separator: "```\(opening)").dropFirst().map { text in
            let end = try #require(text.firstRange(of: "\n\"\n"))
            let close = try #require(text[end.upperBound...].firstRange(of: "```"))
            return Question(
                sql: "\n\(text[..<end.lowerBound])\n",
                answer: String(text[end.upperBound..<close.lowerBound])
            )
        }
    }

    /// The journal that the page says how to make.
    private func journal(_ page: String) throws -> TradedJournal {
        let made = try #require(page.firstMatch(of: /generate --seed (\d+) --minutes (\d+) --to/))
        let run = try #require(page.firstMatch(of: /run --config (\S+) --journal data\/questions/))
        return try TradedJournal(
            example: String(run.output.1),
            seed: try #require(Int(made.output.1)),
            minutes: try #require(Int(made.output.2))
        )
    }

    @Test func `gives the answers that it shows`() throws {
        var page = try page()
        let journal = try journal(page)
        let questions = try questions(page)
        #expect(questions.count >= 15)
        let isWriting = CurrentProcess.environment("HOLDFAST_WRITE_PAGES") != nil
        for question in questions {
            let run = journal.tool("sql", question.sql)
            #expect(run.status == 0 && run.messages == "", "\(question.sql)\(run.messages)")
            if isWriting {
                let start = opening + question.sql.dropFirst() + "\"\n"
                page = page.replacing(start + question.answer, with: start + run.output)
            } else {
                #expect(run.output == question.answer, "\(question.sql)")
            }
        }
        guard isWriting else { return }
        try FileSystem.replaceDurably(Self.path, with: [Array(page.utf8)])
    }

    @Test func `names every table, column and view, and no others`() throws {
        let page = try page()
        for table in ExportSchema.tables {
            let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `\(table.name)` |") }
            #expect(rows.count == 2, "\(table.name)")
            let columns = try #require(rows.last)
            let named = columns.matches(of: /`([a-z0-9_]+)`/).map { String($0.output.1) }
            #expect(Array(named.dropFirst()) == table.columns.map(\.name), "\(table.name)")
        }
        let views = ExportSchema.views.compactMap { $0.split(separator: " ").dropFirst(2).first }
        for view in views { #expect(page.contains("`\(view)`"), "\(view)") }
    }
}
