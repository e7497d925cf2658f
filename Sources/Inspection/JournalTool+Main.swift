internal import Journal
internal import Platform
internal import Runtime

extension JournalTool {
    /// Runs a command line with the streams, signals and directories of the process.
    ///
    /// - Parameters:
    ///   - words: The command line without the program's name.
    ///   - program: The name that messages and help show.
    ///   - version: The version of the program.
    /// - Returns: the exit status.
    public static func main(_ words: [String], program: String, version: String) -> Int32 {
        let console = Console.standard()
        do throws(PlatformError) {
            if words.contains("--follow") { try StopSignals.install() }
        } catch {
            console.message("\(program): \(error)")
            return 2
        }
        Terminal.openMissingStreams()
        StopSignals.ignoreWriteSignals()
        DamageSignals.explain(exitStatus: 1)
        var settings = ToolSettings(
            program: program,
            version: version,
            scan: .child(executable: nil),
            stateDirectory: RunPlan.defaultStateDirectory,
            isStopWanted: { StopSignals.count > 0 }
        )
        if Terminal.isTerminal(.input), Terminal.isTerminal(.error) {
            settings.ask = { question in
                do throws(PlatformError) {
                    try Terminal.write(question, to: .error)
                } catch {
                    return false
                }
                return readLine() == "yes"
            }
        }
        return JournalTool(settings, console).run(words)
    }
}
