internal import Platform

/// The reader of standard output has gone: no error, and no reason to go on.
struct OutputClosed: Error {}

/// Where results and messages go.
///
/// Design note: results are gathered and written in pieces, so that nothing is held while output
/// waits but the text itself. Use it from one thread.
public final class Console {
    /// Takes text for one of the two streams; false when its reader has gone.
    public typealias Sink = (String) throws -> Bool

    /// Whether messages go to a terminal: only then is progress shown.
    let showsProgress: Bool
    /// Whether results go to a terminal, which obeys what is in them.
    let isTerminal: Bool
    /// Paths that only this process knows, the longer ones first, and what they are called.
    var names: [(place: String, name: String)] = []

    private let output: Sink
    private let messages: Sink
    private var waiting = ""
    private var hasProgress = false

    /// Results are written when this many bytes wait.
    private static let pieceSize = 32 << 10

    /// Makes a console of two sinks.
    public init(
        showsProgress: Bool,
        isTerminal: Bool = false,
        output: @escaping Sink,
        messages: @escaping Sink
    ) {
        self.showsProgress = showsProgress
        self.isTerminal = isTerminal
        self.output = output
        self.messages = messages
    }

    /// The standard streams of the process.
    public static func standard() -> Console {
        Console(
            showsProgress: Terminal.isTerminal(.error),
            isTerminal: Terminal.isTerminal(.output),
            output: { text in try Terminal.write(text, to: .output) },
            messages: { text in try Terminal.write(text, to: .error) }
        )
    }

    /// Writes one line of the result, without what could end it or steer a terminal.
    ///
    /// - Throws: ``OutputClosed``, and what the sink throws.
    func line(_ text: String) throws {
        waiting += Terminal.harmless(text, keepsLines: false)
        try self.text("\n")
    }

    /// Writes text of the result as it is.
    ///
    /// - Throws: ``OutputClosed``, and what the sink throws.
    func text(_ text: String) throws {
        waiting += text
        if waiting.utf8.count >= Self.pieceSize { try flush() }
    }

    /// Writes what waits.
    ///
    /// - Throws: ``OutputClosed``, and what the sink throws.
    func flush() throws {
        if waiting.isEmpty { return }
        clearProgress()
        let text = named(waiting)
        waiting = ""
        guard try output(text) else { throw OutputClosed() }
    }

    /// Writes a message for people, without what could steer a terminal.
    func message(_ text: String) {
        clearProgress()
        note(Terminal.harmless(named(text)) + "\n")
    }

    /// The text with the names that a person knows.
    private func named(_ text: String) -> String {
        names.reduce(text) { text, entry in
            // What would end a text of JSON is no part of a name.
            let name = entry.name.map { $0 == "\"" || $0 == "\\" || $0.isNewline ? "?" : $0 }
            return text.replacing(entry.place, with: String(name))
        }
    }

    /// Shows how far something is, on a terminal only; the next output replaces it.
    func progress(_ text: @autoclosure () -> String) {
        guard showsProgress else { return }
        hasProgress = true
        note("\r\u{1B}[K" + text())
    }

    /// Takes the progress line away.
    func clearProgress() {
        guard hasProgress else { return }
        hasProgress = false
        note("\r\u{1B}[K")
    }

    private func note(_ text: String) {
        do {
            _ = try messages(text)
        } catch {
            // Where messages cannot be written there is nowhere left to say so.
            return
        }
    }
}
