internal import Platform

/// Why the running engine could not be asked.
public struct ControlFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Kind: Hashable, Sendable {
        /// Nobody listens.
        case absent
        /// The engine ended before it answered; whether it did what was asked is open.
        case gone
        /// Somebody listens and does not answer; whether it was done is open.
        case silent
        /// The engine said no.
        case refused
    }

    /// What went wrong.
    public let kind: Kind
    /// The same in words.
    public let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
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
            guard error.isUnanswered else { throw ControlFailure(.silent, "\(error)") }
            throw ControlFailure(.absent, "nobody listens at \(path)")
        }
    }

    /// Sends a request and waits for its answer.
    ///
    /// - Parameters:
    ///   - request: What is wanted.
    ///   - patience: Nanoseconds after which no answer is waited for any more.
    /// - Returns: The answer of an engine that did it.
    /// - Throws: ``ControlFailure``, where the engine refused with its reason.
    public func ask(
        _ request: ControlMessage,
        patience: Int64 = 30_000_000_000
    ) throws(ControlFailure) -> ControlMessage {
        let answer = try ask([request], patience: patience)[0]
        if answer.isDone { return answer }
        throw ControlFailure(.refused, answer.text("reason") ?? "it gives no reason")
    }

    /// Sends requests of one kind behind each other and waits for the answers to all.
    ///
    /// - Parameters:
    ///   - requests: What is wanted; few enough that the engine reads them at once.
    ///   - patience: Nanoseconds after which no answer is waited for any more.
    /// - Returns: An answer for each, in their order, refusals among them.
    /// - Throws: ``ControlFailure`` where not all were answered.
    public func ask(
        _ requests: [ControlMessage],
        patience: Int64 = 30_000_000_000
    ) throws(ControlFailure) -> [ControlMessage] {
        let deadline = Clock.monotonic() + patience
        var unsent = requests.flatMap(\.line)
        var answers: [ControlMessage] = []
        while answers.count < requests.count {
            let request = requests[answers.count]
            do throws(PlatformError) {
                unsent.removeFirst(try connection.write(unsent))
                switch try connection.read(limit: ControlMessage.longestLine) {
                case .bytes(let bytes): received += bytes
                case .nothing: connection.wait(nanoseconds: 50_000_000)
                case .end: throw PlatformError(action: "read from", subject: path, code: 104)
                }
            } catch {
                let fate = fate(of: request, unsent)
                throw ControlFailure(.gone, "the engine at \(path) ended" + fate)
            }
            while let answer = try takeAnswer(to: request) { answers.append(answer) }
            if answers.count >= requests.count { break }
            guard Clock.monotonic() < deadline else {
                let silence = "\(path) kept silent for \(patience / 1_000_000_000) s"
                throw ControlFailure(.silent, silence + fate(of: request, unsent))
            }
        }
        return answers
    }

    /// What is known of a request without an answer, and how to see what became of it; only a whole
    /// line is ever done.
    private func fate(of request: ControlMessage, _ unsent: [UInt8] = []) -> String {
        guard unsent.isEmpty else { return "; nothing was done" }
        let look: String
        switch request.text("request") {
        case "status": return ""
        case "pause", "goOn", "release": look = "state"
        case "correct": look = "show --kind correctionMade"
        case "signal": look = "show --kind signalReceived"
        default: look = "segments"
        }
        return "; whether it was done is open: see `journalctl \(look)`"
    }

    private func takeAnswer(
        to request: ControlMessage
    ) throws(ControlFailure) -> ControlMessage? {
        guard let end = received.firstIndex(of: 0x0A) else { return nil }
        let answer = ControlMessage(line: Array(received[..<end]))
        received.removeFirst(end + 1)
        guard let answer else {
            throw ControlFailure(.silent, "\(path) gave no answer" + fate(of: request))
        }
        return answer
    }
}
