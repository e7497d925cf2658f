internal import Platform

/// Why the running engine could not be asked.
public struct ControlFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Whether there is nobody to ask, or no longer; the journal may be free now.
    public let isUnanswered: Bool
    /// What went wrong.
    public let description: String

    init(unanswered description: String) {
        isUnanswered = true
        self.description = description
    }

    init(_ description: String) {
        isUnanswered = false
        self.description = description
    }
}

/// A connection to the engine that writes a journal, through its control socket.
public final class ControlClient {
    private let connection: LocalConnection
    private let path: String
    private var received: [UInt8] = []

    /// Connects to the engine that writes the journal in `journal`.
    public init(_ journal: String) throws(ControlFailure) {
        path = ControlSocket.path(journal)
        do throws(PlatformError) {
            connection = try LocalConnection(to: path)
        } catch {
            guard error.isUnanswered else { throw ControlFailure("\(error)") }
            throw ControlFailure(unanswered: "nobody answers at \(path)")
        }
    }

    /// Sends a request and waits for its answer.
    ///
    /// - Parameters:
    ///   - request: What is wanted.
    ///   - patience: Nanoseconds after which no answer is waited for any more.
    /// - Returns: The answer of an engine that did it.
    /// - Throws: ``ControlFailure``: unanswered where the engine ended or kept silent, which leaves
    ///   open whether it was done; otherwise with the reason why it was not.
    public func ask(
        _ request: ControlMessage,
        patience: Int64 = 30_000_000_000
    ) throws(ControlFailure) -> ControlMessage {
        let deadline = Clock.monotonic() + patience
        var unsent = request.line
        while true {
            do throws(PlatformError) {
                unsent.removeFirst(try connection.write(unsent))
                switch try connection.read(limit: ControlMessage.longestLine) {
                case .bytes(let bytes): received += bytes
                case .nothing: connection.wait(nanoseconds: 50_000_000)
                case .end: throw PlatformError(action: "read from", subject: path, code: 104)
                }
            } catch {
                throw ControlFailure(unanswered: "the engine at \(path) went away")
            }
            if let answer = try takeAnswer() { return answer }
            guard Clock.monotonic() < deadline else {
                let seconds = patience / 1_000_000_000
                throw ControlFailure(unanswered: "\(path) kept silent for \(seconds) s")
            }
        }
    }

    private func takeAnswer() throws(ControlFailure) -> ControlMessage? {
        guard let end = received.firstIndex(of: 0x0A) else { return nil }
        let answer = ControlMessage(line: Array(received[..<end]))
        received.removeFirst(end + 1)
        guard let answer else { throw ControlFailure("\(path) gave no answer that can be read") }
        if answer.isDone { return answer }
        throw ControlFailure(answer.text("reason") ?? "the engine refused")
    }
}
