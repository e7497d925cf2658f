import Runtime

/// `holdfast pause`: the kill switch of a running engine, as a command.
enum PauseCommand {
    static let syntax = CommandSyntax(
        "pause",
        summary: "Lets a running engine open nothing any more, until the pause is ended.",
        discussion:
            "Exits, cancels and stops go on. The pause is an event with a name and a reason, and "
            + "outlives a restart; --end ends it, or journalctl resume where no engine runs. "
            + "SIGUSR1 and the file that killSwitch names pause too.",
        options: [
            OptionSyntax("journal", "DIR", summary: "the journal of the engine (./journal)"),
            OptionSyntax("by", "NAME", isRequired: true, summary: "who pauses it, or ends that"),
            OptionSyntax("reason", "TEXT", isRequired: true, summary: "why"),
            .flag("end", summary: "ends the pause"),
            .flag("json", summary: "prints one line of JSON"),
        ]
    )

    static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let engine = try ControlClient(arguments.text("journal") ?? "journal")
        let answer = try engine.ask(
            .request(
                arguments.has("end") ? "goOn" : "pause",
                [
                    "by": .text(arguments.text("by") ?? ""),
                    "reason": .text(arguments.text("reason") ?? ""),
                ]
            )
        )
        if arguments.has("json") {
            try Console.say(answer.json)
        } else {
            let reason = answer.text("reason") ?? ""
            let words = reason.isEmpty ? "" : " (\(reason))"
            try Console.say("the engine is \(answer.text("status") ?? "")\(words)")
        }
        return 0
    }
}
