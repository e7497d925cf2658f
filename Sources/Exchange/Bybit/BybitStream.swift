internal import JSON
internal import Trading

/// What is sent on Bybit's streams beside authentication (docs/v5/ws/connect).
public enum BybitStream {
    /// Keeps a connection open: to be sent every 20 seconds, as text.
    public static let ping = #"{"op":"ping"}"#

    /// What the private stream is asked for.
    ///
    /// Bybit cancels on silence only for connections that subscribed to its `dcp` topic too, see
    /// ``disconnectTopic(_:)``.
    public static let privateTopics = ["order", "execution", "position", "wallet"]

    /// The topic without which disconnect protection is not triggered (docs/v5/order/dcp).
    public static func disconnectTopic(_ market: VenueMarket) -> String {
        market == .bybitSpot ? "dcp.spot" : "dcp.future"
    }

    /// The messages that ask for topics: at most ten a message, which is what spot takes.
    public static func subscriptions(to topics: [String]) -> [String] {
        stride(from: 0, to: topics.count, by: 10).map { start in
            let some = topics[start..<min(start + 10, topics.count)]
            return JSONText.object([
                ("op", .text("subscribe")), ("args", .list(some.map { .text($0) })),
            ]).compact
        }
    }

    /// The message that ends a subscription; a new one begins with a new snapshot.
    public static func unsubscription(from topic: String) -> String {
        JSONText.object([("op", .text("unsubscribe")), ("args", .list([.text(topic)]))]).compact
    }
}

/// What a stream answers to what was sent.
public enum BybitReply: Hashable, Sendable {
    /// To a ping.
    case pong
    /// To the proof of who we are; the text says why not.
    case authentication(isAccepted: Bool, text: String)
    /// To a subscription; the text says why not.
    case subscription(isAccepted: Bool, text: String)

    /// Reads a reply; `nil` where `root` is none.
    ///
    /// Shapes differ by stream: `success` and `ret_msg`, or `retCode` and `retMsg`; a pong is named
    /// by `op` or, with `op` being `ping`, by `ret_msg`.
    init?(_ root: JSONValue) throws(MessageError) {
        guard root.member("topic") == nil, let word = try Self.operation(root) else { return nil }
        let underscored = try root.optionalText(at: "ret_msg")
        let text = underscored.isEmpty ? try root.optionalText(at: "retMsg") : underscored
        switch word {
        case "pong", "ping": self = .pong
        case "auth":
            self = .authentication(isAccepted: try Self.isAccepted(root), text: text)
        case "subscribe", "unsubscribe":
            self = .subscription(isAccepted: try Self.isAccepted(root), text: text)
        default: return nil
        }
    }

    /// What was asked; some refusals tell it within the request that they repeat.
    private static func operation(_ root: JSONValue) throws(MessageError) -> String? {
        if root.member("op") != nil { return try root.text(at: "op") }
        guard let request = root.member("request"), request.member("op") != nil else { return nil }
        return try request.text(at: "op")
    }

    private static func isAccepted(_ root: JSONValue) throws(MessageError) -> Bool {
        if let success = try root.optional("success") { return try success.truth("success") }
        return try root.required("retCode").integer == 0
    }
}

/// A message of the private stream.
public enum BybitStreamMessage: Hashable, Sendable {
    /// What happened; empty where it happened in another market.
    case events([VenueEvent])
    /// An answer to what was sent.
    case reply(BybitReply)
    /// Of no use here.
    case other
}

/// Reads `{"topic":…,"creationTime":…,"data":[…]}` of the private stream.
struct BybitStreamReading {
    let market: VenueMarket
    let pairs: BybitPairs

    func message(
        _ bytes: Span<UInt8>,
        with parser: inout JSONParser
    ) throws(MessageError) -> BybitStreamMessage {
        let root = try parser.object(in: bytes)
        if let reply = try BybitReply(root) { return .reply(reply) }
        guard root.member("topic") != nil else { return .other }
        switch try root.text(at: "topic") {
        case "order", "order.spot", "order.linear":
            return .events(try events(root, with: order))
        case "execution", "execution.spot", "execution.linear":
            return .events(try events(root, with: execution))
        case "position", "position.linear":
            return .events(try events(root, with: position))
        case "wallet": return .events(try wallet(root))
        default: return .other
        }
    }

    /// The rows of our market: topics that name no market bring those of all.
    ///
    /// A message brings what happened at once, to orders of ours and of others: a row that cannot
    /// be read hides none of the others, and the first such is told behind them.
    private func events(
        _ root: JSONValue,
        with read: (JSONValue) throws(MessageError) -> VenueEvent?
    ) throws(MessageError) -> [VenueEvent] {
        var events: [VenueEvent] = []
        var unreadable: MessageError?
        var rows = try root.array(at: "data").elements
        while let row = rows.next() {
            do throws(MessageError) {
                guard try row.name(at: "category") == market.bybitCategory else { continue }
                if let event = try read(row) { events.append(event) }
            } catch {
                unreadable = unreadable ?? error
            }
        }
        if let unreadable { events.append(.unreadable(unreadable)) }
        return events
    }

    private func order(_ row: JSONValue) throws(MessageError) -> VenueEvent? {
        .order(try VenueOrder(bybit: row, isSpot: market == .bybitSpot))
    }

    /// A fill; `nil` where the row is of something else, and cannot be read.
    private func execution(_ row: JSONValue) throws(MessageError) -> VenueEvent? {
        do throws(MessageError) {
            let isSpot = market == .bybitSpot
            return .execution(try VenueExecution(bybit: row, isSpot: isSpot, pairs))
        } catch {
            guard try VenueExecution.bybitKind(row).isBybitFill else { return nil }
            throw error
        }
    }

    private func position(_ row: JSONValue) throws(MessageError) -> VenueEvent? {
        .position(try VenuePosition(bybit: row, price: "entryPrice"))
    }

    private func wallet(_ root: JSONValue) throws(MessageError) -> [VenueEvent] {
        var events: [VenueEvent] = []
        var accounts = try root.array(at: "data").elements
        while let account = accounts.next() {
            events += try BybitAccount.coins(account).map { .balance($0) }
        }
        return events
    }
}
