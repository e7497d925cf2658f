import Journal
import Platform
import Runtime

/// What a person sees: results go to standard output, everything else to standard error.
enum Console {
    /// Whether standard error is a terminal, where progress makes sense.
    static let showsProgress = Terminal.isTerminal(.error)

    static func say(_ text: String) throws {
        try Terminal.say(text)
    }

    static func complain(_ text: String) { Terminal.complain(text) }

    /// Shows a line that the next one replaces.
    static func progress(_ text: String) {
        guard showsProgress else { return }
        let width = max(20, (Terminal.width(.error) ?? 80) - 1)
        note("\r\u{1B}[2K" + text.prefix(width))
    }

    /// Ends the line of progress.
    static func endProgress() { if showsProgress { note("\r\u{1B}[2K") } }

    private static func note(_ text: String) {
        do throws(PlatformError) {
            try Terminal.write(text, to: .error)
        } catch {
            // Where messages cannot be written there is nowhere left to say so.
            return
        }
    }

    /// 1 where something was refused or damaged, 2 where it could not be done, as with an event
    /// that this program cannot fold.
    static func exitCode(of error: any Error) -> Int32 {
        switch error {
        case let failure as RunFailure: failure.isRefusal ? 1 : 2
        case let failure as ControlFailure: failure.kind == .refused ? 1 : 2
        case let failure as KeyFileFailure: failure.isRefusal ? 1 : 2
        // To trade in a directory that holds something else is refused; there is nothing to read
        // only for those who want to read.
        case let failure as JournalError: failure.code == .noJournal ? 1 : failure.exitStatus
        default: 2
        }
    }
}
