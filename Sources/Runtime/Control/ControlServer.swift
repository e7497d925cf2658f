internal import Journal
internal import Platform

/// The engine's side of the control socket.
///
/// Design note: it belongs to the writer thread, which looks at it now and then, and it never
/// waits: what cannot be read or written at once is looked at the next time. Each client gets one
/// answer a look, so that none can keep the thread from trading. Nothing that comes in can stop
/// the engine; only what a request made the journal do can.
final class ControlServer {
    private let listener: LocalListener
    private var clients: [Client] = []

    /// As many as will ever be wanted at once; for those beyond, the longest silent are left.
    private static let mostClients = 8
    /// The most signals of one look, all clients together; nothing waits from look to look.
    static let mostSignals = 256
    private static let tooManySignals =
        "more than \(mostSignals) signals came at once: this one was not taken, send it again"
    /// Nanoseconds after which a client that says nothing is left.
    private static let patience: Int64 = 30_000_000_000

    /// Listens in a journal's directory; the process holds the writer's lock.
    init(_ journal: String) throws(PlatformError) {
        listener = try LocalListener(path: ControlSocket.path(journal))
    }

    /// Takes the socket away.
    func close() throws(PlatformError) {
        clients = []
        try listener.remove()
    }

    /// Takes a request of each client that has sent one and waits for its answer, and sends that.
    ///
    /// Signals that stand behind each other are taken together.
    ///
    /// - Parameters:
    ///   - answer: Does what is asked for.
    ///   - settle: Called between the last request and the first answer that leaves.
    /// - Throws: what `answer` and `settle` throw; the engine must not go on then.
    func serve(
        _ answer: (ControlMessage) throws(JournalError) -> ControlMessage,
        settle: () throws(JournalError) -> Void = {}
    ) throws(JournalError) {
        acceptThoseWaiting()
        let now = Clock.monotonic()
        var signals = 0
        for client in clients {
            client.read(now)
            var isFirst = true
            while let line = client.firstLine {
                let request = ControlMessage(line: line)
                let isSignal = request?.text("request") == "signal"
                guard isFirst || isSignal, client.take(line, now) else { break }
                isFirst = false
                if isSignal { signals += 1 }
                if isSignal && signals > Self.mostSignals {
                    client.send(.refusal(Self.tooManySignals))
                } else {
                    client.send(try request.map(answer) ?? .refusal("this is no request"))
                }
                guard isSignal else { break }
            }
        }
        try settle()
        for client in clients { client.flush() }
        clients.removeAll { $0.isGone || now - $0.heardAt > Self.patience }
        // Those who have spoken last are last.
        clients.sort { $0.heardAt < $1.heardAt }
        clients.removeFirst(max(0, clients.count - Self.mostClients))
    }

    /// Accepts as many as there are places at most; who spoke is known only after this.
    private func acceptThoseWaiting() {
        for _ in 0..<Self.mostClients {
            do throws(PlatformError) {
                guard let connection = try listener.accept() else { return }
                clients.append(Client(connection))
            } catch {
                // Out of descriptors, say: those who wait are looked at the next time.
                return
            }
        }
    }
}

/// Where the control socket of a journal is.
enum ControlSocket {
    static func path(_ journal: String) -> String { journal + "/control" }
}

/// One who is connected.
private final class Client {
    private let connection: LocalConnection
    private var received: [UInt8] = []
    private var unsent: [UInt8] = []
    private(set) var heardAt = Clock.monotonic()
    private(set) var isGone = false

    init(_ connection: LocalConnection) { self.connection = connection }

    /// The first line that has come and was not taken, without its line feed.
    var firstLine: [UInt8]? {
        received.firstIndex(of: 0x0A).map { Array(received[..<$0]) }
    }

    /// Takes the first line off; not of a client that would not get the answer.
    ///
    /// It left without knowing; what is not begun by then must not be done behind its back.
    func take(_ line: [UInt8], _ now: Int64) -> Bool {
        heardAt = now
        received.removeFirst(line.count + 1)
        if connection.isAbandoned { isGone = true }
        return !isGone
    }

    /// Reads what is there, unless a line waits; the end comes only after all that was sent before
    /// it.
    func read(_ now: Int64) {
        guard firstLine == nil else { return }
        defer {
            if received.count >= ControlMessage.longestLine, firstLine == nil { isGone = true }
        }
        do throws(PlatformError) {
            switch try connection.read(limit: ControlMessage.longestLine) {
            case .bytes(let bytes):
                heardAt = now
                received += bytes
            case .nothing: break
            case .end: isGone = true
            }
        } catch {
            isGone = true
        }
    }

    func send(_ message: ControlMessage) { unsent += message.line }

    /// Writes what goes at once.
    func flush() {
        do throws(PlatformError) {
            unsent.removeFirst(try connection.write(unsent))
        } catch {
            isGone = true
        }
        if unsent.count > 16 * ControlMessage.longestLine { isGone = true }
    }
}
