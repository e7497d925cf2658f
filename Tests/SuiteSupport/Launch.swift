package import Platform

/// Starts programs whose words go to files.
package enum Launch {
    /// Starts a program.
    ///
    /// - Parameters:
    ///   - words: Its path and its arguments.
    ///   - environment: Variables that are set for it, as `NAME=VALUE`.
    ///   - output: The file that gets its standard output.
    ///   - messages: The file that its standard error is added to.
    ///   - timeLimit: Seconds after which it is killed.
    /// - Returns: The process.
    /// - Throws: `PlatformError` where it cannot be started.
    package static func start(
        _ words: [String],
        environment: [String] = [],
        output: String,
        messages: String,
        timeLimit: Int? = nil
    ) throws(PlatformError) -> RunningChild {
        // The shell gives way to the program: the id stays, and so does what a signal hits.
        let script = "out=$1; err=$2; shift 2; exec \"$@\" >\"$out\" 2>>\"$err\""
        let setting =
            (timeLimit.map { ["timeout", "-s", "KILL", "\($0)"] } ?? [])
            + (environment.isEmpty ? [] : ["env"] + environment)
        return try ChildProcess.start(
            "/bin/sh",
            arguments: ["-c", script, "sh", output, messages] + setting + words
        )
    }
}
