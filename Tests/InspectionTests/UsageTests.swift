import Testing

@testable import Inspection

@Suite struct `The command line` {
    @Test(
        arguments: [
            ([], "a command is missing"),
            (["--journal"], "--journal needs a value"),
            (["--nope"], "unknown option --nope"),
            (["explode"], "unknown command explode"),
            (["replay"], "--journal DIR is missing"),
            (["replay", "--journal", ""], "--journal needs a value: DIR"),
            (["--journal", "a", "replay", "--journal", "b"], "--journal is given twice"),
            (["replay", "--to"], "--to needs a value: SEQ|TIME"),
            (["replay", "--to", "soon"], "--to needs a sequence number or a time"),
            (["replay", "--to", "1", "--to", "2"], "--to is given twice"),
            (["replay", "--from-genesis=1"], "--from-genesis takes no value"),
            (["replay", "--frm"], "unknown option --frm"),
            (["replay", "there"], "there was not expected"),
            (["diff", "1"], "B is missing"),
            (["diff", "1", "2", "3"], "3 was not expected"),
            (["diff", "1", "then"], "B needs a sequence number or a time"),
            (["show", "-n", "few"], "-n needs a whole number, not 'few'"),
            (["show", "--from", "-1"], "--from needs a whole number"),
            (["show", "--from", "9", "--to", "3"], "--from 9 is behind --to 3"),
            (["show", "--since", "2024-13-01"], "--since needs a time"),
            (["show", "--since", "2024-02-01", "--until", "2024-01-01"], "--since is later"),
            (["show", "--kind", "orderfiled"], "there is no kind 'orderfiled'"),
            (["show", "--order", "hf-x"], "--order needs a sequence number or a client order id"),
            (["state", "--at", "x"], "--at needs"),
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
            let verb = command.syntax.verb
            #expect(all.output.contains("  \(verb) "))
            let help = TradedJournal.tool([verb, "--help"])
            #expect(help.status == 0)
            #expect(help.output.contains("usage: journalctl --journal DIR \(verb)"))
            for option in command.syntax.options { #expect(help.output.contains(option.name)) }
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
