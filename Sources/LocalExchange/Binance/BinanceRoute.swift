internal import JSON
internal import Network
internal import Trading

/// A request that was understood: who asks what, and when.
struct BinanceAsk {
    /// What is asked.
    var parameters: BinanceParameters
    /// The place of the account that asks; 0 where anybody may.
    var account: Int
    /// When.
    let now: Timestamp
}

/// What a request costs.
enum BinanceWeight {
    /// Always the same.
    case flat(Int)
    /// More where no symbol is named.
    case bySymbol(Int, all: Int)
    /// By the number of levels asked for, up to each of these.
    case byLevels([(levels: Int64, weight: Int)], usual: Int64)

    func of(_ parameters: BinanceParameters) -> Int {
        switch self {
        case .flat(let weight): return weight
        case .bySymbol(let weight, let all): return parameters.text("symbol") == nil ? all : weight
        case .byLevels(let steps, let usual):
            let asked = parameters.text("limit").flatMap(Int64.init) ?? usual
            return (steps.first { asked <= $0.levels } ?? steps[steps.count - 1]).weight
        }
    }
}

/// Who may ask.
enum BinanceAccess {
    /// Anybody.
    case anyone
    /// Whoever has a key.
    case key
    /// Whoever signs.
    case signed
    /// Whoever signs with a key that may trade.
    case trading
    /// The same, and it counts as an order.
    case order
}

/// An endpoint: by method and path over HTTP, by name over a WebSocket.
struct BinanceRoute<Front> {
    typealias Answer = (Front) -> (BinanceAsk) throws(BinanceError) -> JSONText

    let method: HTTPMethod
    let path: String
    let socket: String?
    let access: BinanceAccess
    let weight: BinanceWeight
    let answer: Answer

    init(
        _ method: HTTPMethod,
        _ path: String,
        socket: String? = nil,
        _ access: BinanceAccess = .anyone,
        _ weight: BinanceWeight = .flat(1),
        _ answer: @escaping Answer
    ) {
        self.method = method
        self.path = path
        self.socket = socket
        self.access = access
        self.weight = weight
        self.answer = answer
    }
}

/// Endpoints, found by their names.
struct BinanceRouter<Front> {
    private var byPath: [String: BinanceRoute<Front>] = [:]
    private var bySocket: [String: BinanceRoute<Front>] = [:]

    init(_ routes: [BinanceRoute<Front>]) {
        for route in routes {
            byPath["\(route.method.rawValue) \(route.path)"] = route
            if let name = route.socket { bySocket[name] = route }
        }
    }

    func route(_ method: HTTPMethod, _ path: some StringProtocol) -> BinanceRoute<Front>? {
        byPath["\(method.rawValue) \(path)"]
    }

    func route(socket name: String) -> BinanceRoute<Front>? { bySocket[name] }
}
