import Runtime
import Testing

@testable import Inspection

@Suite struct `The command line` {
    @Test(
        arguments: [
            ([], "needs a command: replay, show"),
            (["--journal"], "--journal needs PATH"),
            (["--nope"], "unknown option --nope"),
            (["reply"], "did you mean replay?"),
            (["replay"], "needs --journal PATH"),
            (["replay", "--journal", ""], "--journal must not be empty"),
            (["--journal", "a", "replay", "--journal", "b"], "--journal may be given only once"),
            (["replay", "--to"], "--to needs SEQ|TIME"),
            (["replay", "--to", "soon"], "--to needs a sequence number or a time"),
            (["replay", "--to", "1", "--to", "2"], "--to may be given only once"),
            (["replay", "--from-genesis=1"], "--from-genesis takes no value"),
            (["replay", "--from-genesys"], "did you mean --from-genesis?"),
            (["-", "replay"], "unknown command -"),
            (["--journal", "x", "replay", "there"], "unexpected argument \"there\""),
            (["--journal", "x", "diff", "1"], "needs B"),
            (["--journal", "x", "diff", "1", "2", "3"], "unexpected argument \"3\""),
            (["--journal", "x", "diff", "1", "then"], "\"then\" is no point"),
            (["--journal", "x", "show", "-n", "few"], "-n needs a whole number"),
            (["--journal", "x", "show", "--from", "0"], "--from must be at least 1"),
            (["--journal", "x", "show", "--from", "9", "--to", "3"], "--from 9 is behind --to 3"),
            (["--journal", "x", "show", "--since", "2024-13-01"], "--since needs a time"),
            (
                ["--journal", "x", "show", "--since", "2024-02-01", "--until", "2024-01-01"],
                "--since is later"
            ),
            (
                ["--journal", "x", "show", "--kind", "orderfiled"],
                "there is no kind \"orderfiled\""
            ),
            (["--journal", "x", "show", "--kind", ","], "--kind names no kind: \",\""),
            (
                ["--journal", "x", "show", "--order", "hf-x"],
                "--order needs a sequence number or a"
            ),
            (["--journal", "x", "state", "--at", "y"], "--at needs a sequence number, a time"),
            (["--journal", "x", "diff", "1", "snapshot:"], "\"snapshot:\" is no point"),
            (["--journal", "x", "show", "--epoch", "0"], "--epoch must be at least 1"),
        ] as [([String], String)]
    )
    func `says what is wrong with it`(words: [String], message: String) {
        let run = TradedJournal.tool(words)
        #expect(run.status == 2)
        #expect(run.messages.contains(message), "\(run.messages)")
        #expect(run.output == "")
    }

    @Test func `explains itself and every command`() {
        let all = TradedJournal.tool(["--help"])
        #expect(all.status == 0)
        for command in JournalTool.commands {
            let verb = command.syntax.name
            #expect(all.output.contains("  \(verb)"))
            let help = TradedJournal.tool([verb, "--help"])
            #expect(help.status == 0)
            #expect(help.output.contains("Usage: journalctl \(verb)"))
            #expect(!help.output.contains("\n\n\n"), "\(verb)")
            for option in command.syntax.options {
                #expect(help.output.contains("--\(option.name)"))
            }
        }
        #expect(TradedJournal.tool(["--version"]).output == "journalctl 1.2.3\n")
    }

    @Test func `writes JSON that escapes what it must`() {
        let document: Document = [
            "text": .text("a\"b\\c\n\u{1}é"), "count": .count(UInt64.max), "none": .null,
            "list": .list([.flag(true), .object([])]),
        ]
        let expected =
            #"{"text":"a\"b\\c\n\u0001é","count":18446744073709551615,"#
            + #""none":null,"list":[true,{}]}"#
        #expect(document.json == expected)
    }
}
