/// Why a request has no answer.
///
/// Its text never holds a header, a query or a body: those hold keys and signatures.
public struct HTTPFailure: Error, Hashable, Sendable {
    /// Method, address and path, as `POST https://api.example.com/v5/order/create`.
    public var request: String
    /// How far it had come.
    public var stage: Stage
    /// What ended it.
    public var cause: Cause
    /// The library's words in printable ASCII; may be empty.
    public var detail: String

    /// Makes a failure.
    public init(request: String, stage: Stage, cause: Cause, detail: String = "") {
        self.request = request
        self.stage = stage
        self.cause = cause
        self.detail = detail
    }

    /// Whether any byte of the request may have left: if not, the server has not seen it; if so,
    /// nothing is known of what it did.
    public var mayHaveLeft: Bool { stage >= .sending }

    /// What was being done, in the order in which it is done.
    public enum Stage: UInt8, Sendable, CaseIterable, Comparable {
        /// Waiting for its turn, and for being put together.
        case preparing
        /// Resolving, connecting, the handshake, waiting for a connection that is free.
        case connecting
        /// Writing the request.
        case sending
        /// The whole request is written; no byte of an answer has come.
        case waiting
        /// Reading the answer.
        case receiving

        /// Whether the left one comes first.
        public static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
    }

    /// What ended a request.
    public enum Cause: UInt8, Sendable, CaseIterable {
        /// The request itself cannot be sent as it is: a defect of the caller.
        case malformedRequest
        /// The host has no address, or nobody told it.
        case cannotResolve
        /// Nobody accepts connections there.
        case cannotConnect
        /// The server did not prove that it is who it should be.
        case untrusted
        /// Another fault of the encryption: no common version, an unreadable authority file.
        case encryption
        /// The connect or the total limit is over.
        case timedOut
        /// The connection broke or was closed, or its last byte is missing.
        case reset
        /// The answer is larger than allowed.
        case tooLarge
        /// What came is no HTTP, or its compression is broken.
        case unreadable
        /// The caller no longer wants it.
        case cancelled
        /// The client was stopped.
        case stopped
        /// Anything else: memory, a fault of the library.
        case other
    }
}

extension HTTPFailure: CustomStringConvertible {
    /// What was being done, to what, why it failed, and whether it may have been seen.
    public var description: String {
        let words = detail.isEmpty ? "" : " (\(detail))"
        let seen = mayHaveLeft ? "it may have been seen" : "nothing was sent"
        return "\(request): \(cause.text) while \(stage.text)\(words); \(seen)"
    }
}

extension HTTPFailure.Stage {
    fileprivate var text: String {
        switch self {
        case .preparing: "preparing"
        case .connecting: "connecting"
        case .sending: "sending the request"
        case .waiting: "waiting for the answer"
        case .receiving: "receiving the answer"
        }
    }
}

extension HTTPFailure.Cause {
    fileprivate var text: String {
        switch self {
        case .malformedRequest: "the request cannot be sent"
        case .cannotResolve: "the host cannot be resolved"
        case .cannotConnect: "nobody accepts the connection"
        case .untrusted: "the server's certificate is not trusted"
        case .encryption: "no encrypted connection"
        case .timedOut: "out of time"
        case .reset: "the connection broke"
        case .tooLarge: "the answer is too large"
        case .unreadable: "the answer is not readable"
        case .cancelled: "cancelled"
        case .stopped: "the client was stopped"
        case .other: "failed"
        }
    }
}
