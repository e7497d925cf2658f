import Platform
import TestSupport
import Testing
import Trading

@testable import Inspection

/// What a journal's files hold is shown to people, on terminals that obey what they are sent.
@Suite(.temporaryDirectory) struct `Text from a hostile file` {
    @Test(arguments: [
        ("a\u{1B}[2Jb", "a?[2Jb"), ("a\u{9B}2Jb", "a?2Jb"), ("a\rb\u{7F}\u{8}", "a?b??"),
        ("a\nb\tc", "a\nb\tc"), ("sold \u{202E}001", "sold ?001"), ("a\u{2066}\u{2028}", "a??"),
        ("[1…7] für 5 €", "[1…7] für 5 €"), ("", ""), ("â\u{80}", "â?"),
    ]) func `is shown and not obeyed`(text: String, shown: String) {
        #expect(Terminal.harmless(text) == shown)
        let json = Document.text(text).json.unicodeScalars
        let isPlain = !json.contains { "\u{1B}\u{9B}\u{202E}".unicodeScalars.contains($0) }
        #expect(isPlain)
    }

    @Test func `adds no line to what is told`() throws {
        let journal = try TradedJournal(minutes: 1)
        let forged = "a\n\nopen deals: none\nclean: all is well\r\u{1B}[A"
        try journal.append([
            (.errorRecorded(ErrorRecorded(severity: .alarm, text: forged)), nil, 0)
        ])
        let head = try journal.end().head
        for words in [["state"], ["diff", "1", "head"], ["show"], ["trace", "\(head)"]] {
            let run = TradedJournal.tool(["--journal", journal.path] + words)
            #expect(run.output.contains("all is well"), "\(words)")
            #expect(!run.lines.contains { $0.hasPrefix("clean: ") }, "\(words)")
        }
    }

    @Test func `steers no terminal, whatever command reads it`() throws {
        let journal = try TradedJournal(minutes: 1)
        let escape = Array("\u{1B}]0;owned\u{7}\u{1B}[2J\r".utf8)
        for name in ["archives", "gaps.json", "witness", "snapshots/\u{1B}[2J.snapshot"] {
            let place = journal.path + "/" + name
            let kept = try FileSystem.status(place).map { _ in try FileSystem.read(place) }
            try File(path: place, mode: .replace).write(escape.span, at: 0)
            for words in ReadingCommands.all() {
                try ReadingCommands.clear()
                let run = TradedJournal.tool(["--journal", journal.path] + words)
                let text = run.output + run.messages
                let isClean = !text.unicodeScalars.contains {
                    "\u{1B}\u{7}\r".unicodeScalars.contains($0)
                }
                #expect(isClean, "\(name), \(words)")
            }
            try FileSystem.removeTree(place)
            if let kept { try File(path: place, mode: .createNew).write(kept.span, at: 0) }
        }
    }
}
