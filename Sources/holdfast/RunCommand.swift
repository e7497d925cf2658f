import Platform
import Runtime
import Trading

/// `holdfast run`: trades.
enum RunCommand {
    static let syntax = CommandSyntax(
        "run",
        summary: "Runs the engine: on tapes against the paper venue.",
        discussion: "Killed or stopped, it goes on where it was when it is started again with the "
            + "same command. Ctrl-C or SIGTERM stops it in order.",
        options: [
            OptionSyntax("config", "FILE", isRequired: true, summary: "the configuration"),
            OptionSyntax(
                "journal",
                "DIR",
                summary: "the journal, made where there is none (./journal)"
            ),
            OptionSyntax("tape", "FILE", isRepeatable: true, summary: "a recorded market to trade"),
            .flag("until-end", summary: "ends at the end of the tapes, as it does on tapes anyway"),
            .flag("json", summary: "prints the summary as one line of JSON"),
        ]
    )

    static func run(_ arguments: ParsedArguments) throws -> Int32 {
        try StopSignals.install()
        let configuration = try Configuration(readingFrom: arguments.text("config") ?? "")
        let plan = try RunPlan(
            configuration,
            journal: arguments.text("journal") ?? "journal",
            tapes: arguments.texts("tape"),
            program: "holdfast \(Release.version)"
        )
        let log = try RunLog(configuration, journal: plan.journal)
        let observer = RunObserver(
            log: { message in log.write(message) },
            progress: { progress in Console.progress(RunText.progress(progress)) },
            isStopWanted: { StopSignals.count > 0 },
            isQuickStopWanted: { StopSignals.count > 1 }
        )
        defer { Console.endProgress() }
        let summary: RunSummary
        do {
            summary =
                plan.live == nil
                ? try TapeRun.run(plan, observer) : try LiveRun.run(plan, observer)
        } catch {
            log.end(with: error)
            throw error
        }
        log.end()
        Console.endProgress()
        for remark in summary.remarks { Console.complain(remark) }
        if !arguments.has("json") {
            try Console.say(RunText.summary(summary, journal: plan.journal))
        } else {
            try Console.say(RunText.json(summary))
        }
        return 0
    }
}
