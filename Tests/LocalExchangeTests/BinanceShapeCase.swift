import Network
import Testing

@testable import LocalExchange

/// Something that is asked of a front of Binance, the payload that the venue's answer looked like,
/// and how ours differs.
struct BinanceShapeCase: Sendable, CustomTestStringConvertible {
    let method: HTTPMethod
    let path: String
    let parameters: String
    let payload: String
    let differences: [String]
    var isPublic = false
    var testDescription: String { "\(method.rawValue) \(path) \(payload)" }

    init(
        _ method: HTTPMethod,
        _ path: String,
        _ parameters: String = "",
        like payload: String,
        _ differences: [String] = []
    ) {
        self.method = method
        self.path = path
        self.parameters = parameters
        self.payload = payload
        self.differences = differences
    }

    /// Asks without a key.
    static func open(
        _ path: String,
        _ parameters: String = "",
        like payload: String,
        _ differences: [String] = []
    ) -> BinanceShapeCase {
        var one = BinanceShapeCase(.get, path, parameters, like: payload, differences)
        one.isPublic = true
        return one
    }
}

/// A stream or a private event: which, the payload, and how ours differs.
struct BinanceShapeEvent: Sendable, CustomTestStringConvertible {
    let name: String
    let payload: String
    /// What the payload contains, in a file with several.
    var part: String?
    let differences: [String]
    var testDescription: String { "\(name) \(payload)" }

    init(_ name: String, _ payload: String, with part: String? = nil, _ differences: [String] = [])
    {
        self.name = name
        self.payload = payload
        self.part = part
        self.differences = differences
    }
}

extension BinanceFrontBench {
    /// Asks, and tells how the answer differs from a real one.
    func differences(_ one: BinanceShapeCase, isRefused: Bool = false) throws -> [String] {
        let reply =
            one.isPublic
            ? try ask(one.method, "\(one.path)?\(one.parameters)")
            : try signed(one.method, one.path, one.parameters)
        #expect((reply.status != 200) == isRefused, "\(reply.status) \(reply.message ?? "")")
        let real = try #require(Payloads.payload(one.payload), "\(one.payload) is not read")
        return Shape.differences(real, try Self.value(reply.response.body))
    }

    static func value(_ bytes: [UInt8]) throws -> BybitValue {
        var reader = BybitReader()
        let value = reader.read(bytes)
        return try #require(value)
    }

    /// What is told on a socket, as it is compared with payloads.
    func values(_ socket: UInt64) throws -> [BybitValue] {
        try texts(socket).map { try Self.value(Array($0.utf8)) }
    }
}
