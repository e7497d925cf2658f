internal import Journal
internal import Platform

extension JournalTool {
    /// The version of the program.
    static let version = "0.1.0"

    /// Runs a command line with the streams, signals and directories of the process.
    ///
    /// - Parameters:
    ///   - words: The command line without the program's name.
    ///   - program: The name that messages and help show.
    /// - Returns: the exit status.
    public static func main(_ words: [String], program: String) -> Int32 {
        let console = Console.standard()
        do throws(PlatformError) {
            if words.contains("--follow") { try StopSignals.install() }
        } catch {
            console.message("\(program): \(error)")
            return 2
        }
        StopSignals.ignoreWriteSignals()
        DamageSignals.explain(exitStatus: 1)
        let settings = ToolSettings(
            program: program,
            version: version,
            scan: .child(executable: nil),
            stateDirectory: defaultStateDirectory(),
            isStopWanted: { StopSignals.count > 0 }
        )
        return JournalTool(settings, console).run(words)
    }

    /// Where outer witnesses are by default: the service's state directory, or the user's.
    static func defaultStateDirectory() -> String? {
        if let service = CurrentProcess.environment("STATE_DIRECTORY"), !service.isEmpty {
            // systemd lists several with colons; the first is the service's own.
            return service.split(separator: ":").first.map(String.init)
        }
        if let state = CurrentProcess.environment("XDG_STATE_HOME"), !state.isEmpty {
            return state + "/holdfast"
        }
        guard let home = CurrentProcess.environment("HOME"), !home.isEmpty else { return nil }
        return home + "/.local/state/holdfast"
    }
}
