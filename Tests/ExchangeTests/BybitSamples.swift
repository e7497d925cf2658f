import Digests
import Exchange
import FoundationEssentials
import JSON
import Network
import Testing
import Trading

/// When tests of Bybit happen: 2023-11-14T22:13:20.123Z.
let bybitNow = Timestamp(nanoseconds: 1_700_000_000_123_456_789)

let bybitClientID = "hf-abcd-1-wxyz-2a"

func secret(_ text: String) -> SecretBytes {
    let bytes = Array(text.utf8)
    let secret = SecretBytes(count: bytes.count)
    secret.withMutableSpan { span in
        for index in bytes.indices { span[index] = bytes[index] }
    }
    return secret
}

func bybit(_ market: VenueMarket = .bybitLinear, hasKey: Bool = true) -> BybitAdapter {
    BybitAdapter(
        market: market,
        credentials: hasKey
            ? VenueCredentials(key: "key-of-a-test", secret: secret("secret-of-a-test")) : nil
    )
}

func name(_ symbol: String = "BTCUSDT", isConditional: Bool = false) -> VenueOrderName {
    VenueOrderName(symbol: symbol, clientID: bybitClientID, isConditional: isConditional)
}

/// A placement as a call.
func placing(
    _ symbol: String,
    _ side: Side,
    _ type: OrderType,
    _ quantity: String,
    price: String = "0",
    trigger: String = "0",
    timeInForce: TimeInForce = .goodTillCancelled,
    isReduceOnly: Bool = false,
    stop: StopForm = .market
) throws -> VenueCall {
    .place(
        VenuePlacement(
            name: name(symbol, isConditional: type == .stopMarket),
            terms: OrderTerms(
                instrument: InstrumentID(1),
                side: side,
                type: type,
                timeInForce: timeInForce,
                isReduceOnly: isReduceOnly,
                quantity: Quantity(try Decimal(quantity)),
                price: Price(try Decimal(price)),
                trigger: Price(try Decimal(trigger))
            ),
            stop: stop
        )
    )
}

extension BybitAdapter {
    /// What a body with status 200 proves.
    func answer(to call: VenueCall, _ body: String, headers: [HTTPHeader] = []) -> VenueAnswer {
        answer(
            to: call,
            HTTPResponse(status: 200, headers: headers, body: Array(body.utf8)),
            at: bybitNow
        )
    }

    func streamMessage(_ text: String) throws(MessageError) -> BybitStreamMessage {
        let bytes = Array(text.utf8)
        return try streamMessage(bytes.span)
    }

    /// Why a private message tells nothing at all; `nil` where it tells something.
    func fault(of text: String) throws(MessageError) -> MessageError? {
        guard case .events(let events) = try streamMessage(text), events.count == 1,
            case .unreadable(let error) = events[0]
        else { return nil }
        return error
    }
}

extension HTTPRequest {
    var bodyText: String { String(decoding: body, as: UTF8.self) }
}

/// The files about Bybit, which a clone of the repository does not have.
enum BybitFixtures {
    /// The text of a file; `nil` where it is absent.
    static func text(_ path: String) -> String? {
        guard let market = Fixtures.market else { return nil }
        let file = URL(filePath: market).deletingLastPathComponent().appending(path: path)
        guard let bytes = try? Data(contentsOf: file) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The JSON of a file: the lines before it name the request that it answers.
    static func body(_ path: String) throws -> String {
        let found = text("bybit/" + path)
        let content = try #require(found, "the file is there")
        let lines = content.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0.hasPrefix("{") }, "it has an object")
        return lines[start...].joined(separator: "\n")
    }

    static func lines(_ path: String) throws -> [String] {
        let found = text(path)
        let content = try #require(found, "the file is there")
        return content.split(separator: "\n").map(String.init)
    }
}

/// The members of an object, what is not text or number by its kind.
func members(_ text: String, of key: String? = nil) throws -> [String: String] {
    let bytes = Array(text.utf8)
    var parser = JSONParser()
    let root = try parser.parse(bytes.span)
    var found: [String: String] = [:]
    var all = root.members
    while let member = all.next() {
        let memberKey = string(member.key)
        if let key, memberKey == key {
            var inner = member.value.members
            while let member = inner.next() { found[string(member.key)] = plain(member.value) }
        } else if key == nil {
            found[memberKey] = plain(member.value)
        }
    }
    return found
}

private func string(_ bytes: Span<UInt8>) -> String {
    String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
}

private func plain(_ value: JSONValue) -> String {
    if let text = value.text { return "\"\(text)\"" }
    if let number = value.integer { return String(number) }
    if let truth = value.bool { return String(truth) }
    return value.kind.name
}
