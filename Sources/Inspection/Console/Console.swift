internal import Platform

/// The reader of standard output has gone: no error, and no reason to go on.
struct OutputClosed: Error {}

/// Where results and messages go.
///
/// Design note: results are gathered and written in pieces, so that nothing is held while output
/// waits but the text itself. Use it from one thread.
public final class Console {
    /// Takes bytes for one of the two streams; false when its reader has gone.
    public typealias Sink = ([UInt8]) -> Bool

    /// Whether messages go to a terminal: only then is progress shown.
    let showsProgress: Bool
    private let output: Sink
    private let messages: Sink
    private var buffer: [UInt8] = []
    private var hasProgress = false

    /// Results are written when this many bytes wait.
    private static let pieceSize = 32 << 10

    /// Makes a console of two sinks.
    public init(showsProgress: Bool, output: @escaping Sink, messages: @escaping Sink) {
        self.showsProgress = showsProgress
        self.output = output
        self.messages = messages
    }

    /// The standard streams of the process.
    public static func standard() -> Console {
        Console(
            showsProgress: Terminal.isTerminal(.error),
            output: { write($0, to: .output) },
            messages: { write($0, to: .error) }
        )
    }

    private static func write(_ bytes: [UInt8], to stream: Terminal.Stream) -> Bool {
        do throws(PlatformError) {
            try Terminal.write(bytes, to: stream)
            return true
        } catch {
            return false
        }
    }

    /// Writes a line of the result.
    func line(_ text: String) throws(OutputClosed) {
        buffer.append(contentsOf: text.utf8)
        buffer.append(0x0A)
        if buffer.count >= Self.pieceSize { try flush() }
    }

    /// Writes what waits.
    func flush() throws(OutputClosed) {
        if buffer.isEmpty { return }
        clearProgress()
        let isOpen = output(buffer)
        buffer.removeAll(keepingCapacity: true)
        if !isOpen { throw OutputClosed() }
    }

    /// Writes a message for people.
    func message(_ text: String) {
        clearProgress()
        _ = messages(Array((text + "\n").utf8))
    }

    /// Shows how far something is, on a terminal only; the next output replaces it.
    func progress(_ text: @autoclosure () -> String) {
        guard showsProgress else { return }
        hasProgress = true
        _ = messages(Array(("\r\u{1B}[K" + text()).utf8))
    }

    /// Takes the progress line away.
    func clearProgress() {
        guard hasProgress else { return }
        hasProgress = false
        _ = messages(Array("\r\u{1B}[K".utf8))
    }
}
