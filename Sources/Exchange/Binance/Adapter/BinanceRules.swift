internal import JSON
internal import Network
internal import Trading

/// What one of Binance's error codes proves, reviewed here and nowhere else.
struct BinanceRule {
    /// What it means.
    enum Meaning {
        case no(CallRefusal.Meaning)
        /// The change of this kind was done before; of another one it says nothing.
        case done(Change)
        case unknown(VenueDoubt.Cause)
    }

    /// What may be so already.
    enum Change {
        case marginMode
        case positionMode
        case amendment

        /// Whether a call asks for it.
        func isAsked(by call: VenueCall) -> Bool {
            switch (self, call) {
            case (.marginMode, .setMarginMode), (.positionMode, .setOneWayMode),
                (.amendment, .amend):
                true
            default: false
            }
        }
    }

    var code: Int
    /// What the message must contain, because some codes are buckets; `nil` for any.
    var words: String?
    var meaning: Meaning

    private init(_ code: Int, _ words: String? = nil, _ meaning: Meaning) {
        self.code = code
        self.words = words
        self.meaning = meaning
    }

    /// The rules, first match first.
    ///
    /// Sources: binance-spot-api-docs `errors.md`; developers.binance.com
    /// derivatives/usds-margined-futures/error-code; the duplicate after a timeout is
    /// nautilus_trader#4215.
    static let all: [BinanceRule] = [
        BinanceRule(-1000, nil, .unknown(.venue)),
        BinanceRule(-1001, nil, .unknown(.venue)),
        BinanceRule(-1002, nil, .no(.access)),
        BinanceRule(-1003, nil, .no(.limited(until: nil))),
        BinanceRule(-1006, nil, .unknown(.venue)),
        BinanceRule(-1007, nil, .unknown(.venue)),
        BinanceRule(-1008, nil, .no(.limited(until: nil))),
        BinanceRule(-1015, nil, .no(.limited(until: nil))),
        BinanceRule(-1016, nil, .no(.maintenance)),
        BinanceRule(-1021, nil, .no(.clock)),
        BinanceRule(-1022, nil, .no(.access)),
        BinanceRule(-1013, "LOT_SIZE", .no(.order(.offGrid))),
        BinanceRule(-1013, "PRICE_FILTER", .no(.order(.offGrid))),
        BinanceRule(-1013, "NOTIONAL", .no(.order(.belowMinimum))),
        BinanceRule(-1013, nil, .no(.order(.other))),
        BinanceRule(-1111, nil, .no(.order(.offGrid))),
        BinanceRule(-1121, nil, .no(.order(.unknownInstrument))),
        BinanceRule(-1125, nil, .no(.order(.other))),
        BinanceRule(-2010, "Duplicate order sent", .unknown(.duplicate)),
        BinanceRule(-2010, "insufficient balance", .no(.order(.insufficientBalance))),
        BinanceRule(-2010, "immediately match and take", .no(.order(.wouldTake))),
        BinanceRule(-2010, "trigger immediately", .no(.order(.wouldTrigger))),
        BinanceRule(-2010, nil, .no(.order(.other))),
        // Asked to cancel under a condition that does not hold: the order works on.
        BinanceRule(-2011, "cancel restrictions", .no(.order(.other))),
        BinanceRule(-2011, "Unknown order", .no(.order(.unknownOrder))),
        BinanceRule(-2011, nil, .no(.order(.other))),
        BinanceRule(-2013, nil, .no(.order(.unknownOrder))),
        BinanceRule(-2014, nil, .no(.access)),
        BinanceRule(-2015, nil, .no(.access)),
        BinanceRule(-2018, nil, .no(.order(.insufficientBalance))),
        BinanceRule(-2019, nil, .no(.order(.insufficientBalance))),
        BinanceRule(-2020, nil, .no(.order(.noLiquidity))),
        BinanceRule(-2021, nil, .no(.order(.wouldTrigger))),
        BinanceRule(-2022, nil, .no(.order(.reduceOnly))),
        BinanceRule(-2023, nil, .no(.order(.other))),
        BinanceRule(-2024, nil, .no(.order(.reduceOnly))),
        BinanceRule(-2025, nil, .no(.order(.other))),
        BinanceRule(-2026, nil, .no(.order(.alreadyEnded))),
        BinanceRule(-2027, nil, .no(.order(.aboveMaximum))),
        BinanceRule(-2028, nil, .no(.order(.insufficientBalance))),
        BinanceRule(-2039, nil, .no(.order(.unknownOrder))),
        BinanceRule(-4003, nil, .no(.order(.belowMinimum))),
        BinanceRule(-4005, nil, .no(.order(.aboveMaximum))),
        BinanceRule(-4013, nil, .no(.order(.other))),
        BinanceRule(-4014, nil, .no(.order(.offGrid))),
        BinanceRule(-4015, nil, .no(.malformed)),
        BinanceRule(-4016, nil, .no(.order(.other))),
        BinanceRule(-4023, nil, .no(.order(.offGrid))),
        BinanceRule(-4024, nil, .no(.order(.other))),
        BinanceRule(-4028, nil, .no(.order(.other))),
        BinanceRule(-4045, nil, .no(.order(.aboveMaximum))),
        BinanceRule(-4046, nil, .done(.marginMode)),
        BinanceRule(-4047, nil, .no(.order(.other))),
        BinanceRule(-4048, nil, .no(.order(.other))),
        BinanceRule(-4059, nil, .done(.positionMode)),
        BinanceRule(-4061, nil, .no(.order(.other))),
        BinanceRule(-4067, nil, .no(.order(.other))),
        BinanceRule(-4068, nil, .no(.order(.other))),
        BinanceRule(-4088, nil, .no(.access)),
        BinanceRule(-4116, nil, .unknown(.duplicate)),
        BinanceRule(-4118, nil, .no(.order(.reduceOnly))),
        BinanceRule(-4120, nil, .no(.malformed)),
        BinanceRule(-4131, nil, .no(.order(.noLiquidity))),
        BinanceRule(-4164, nil, .no(.order(.belowMinimum))),
        BinanceRule(-4192, nil, .no(.access)),
        BinanceRule(-4400, nil, .no(.order(.other))),
        BinanceRule(-5021, nil, .no(.order(.wouldNotFill))),
        BinanceRule(-5022, nil, .no(.order(.wouldTake))),
        BinanceRule(-5027, nil, .done(.amendment)),
        BinanceRule(-5028, nil, .no(.clock)),
    ]

    /// The rule for a code and its message.
    static func rule(_ code: Int, _ text: String) -> BinanceRule? {
        all.first { rule in
            rule.code == code && (rule.words.map { text.contains($0) } ?? true)
        }
    }
}

extension BinanceAdapter {
    /// What an answer that is no success proves.
    func refusal(_ response: HTTPResponse, _ call: VenueCall, at time: Timestamp) -> VenueAnswer {
        let (code, text) = Self.error(in: response.body)
        let number = code ?? response.status
        switch response.status {
        case 429, 418, 403:
            // The words of a ban tell its end to the millisecond; the header only whole seconds.
            let until = Self.banEnd(text) ?? response.retryAfter.map { time + $0 }
            return .no(CallRefusal(reason: .limited(until: until), code: number, text: text))
        case 500...599 where code != -1008:
            return .unknown(VenueDoubt(cause: .venue, code: number, text: text))
        default: break
        }
        guard let code, let rule = BinanceRule.rule(code, text) else {
            // Malformed requests (-11xx) never reach the matching engine.
            if let code, (-1199 ... -1100).contains(code) {
                return .no(CallRefusal(reason: .malformed, code: code, text: text))
            }
            return .unknown(VenueDoubt(cause: .unlisted, code: number, text: text))
        }
        switch rule.meaning {
        case .no(let reason): return .no(CallRefusal(reason: reason, code: code, text: text))
        case .done(let change) where change.isAsked(by: call): return .yes(.done)
        case .done:
            return .unknown(VenueDoubt(cause: .unlisted, code: code, text: text))
        case .unknown(let cause):
            return .unknown(VenueDoubt(cause: cause, code: code, text: text))
        }
    }

    private static func error(in body: [UInt8]) -> (code: Int?, text: String) {
        var parser = JSONParser(maximumBytes: 1 << 20, maximumDepth: 8)
        do {
            let root = try parser.parse(body.span)
            let code = root.member("code")?.integer.map { Int($0) }
            return (code, root.member("msg")?.text ?? "")
        } catch {
            return (nil, String(decoding: body.prefix(200), as: UTF8.self))
        }
    }

    /// The end of a ban, which stands in milliseconds behind the words "banned until".
    private static func banEnd(_ text: String) -> Timestamp? {
        guard let range = text.firstRange(of: "banned until ") else { return nil }
        let digits = text[range.upperBound...].prefix { $0.isNumber }
        guard let milliseconds = Int64(digits), milliseconds < 9_000_000_000_000 else { return nil }
        return Timestamp(nanoseconds: milliseconds * 1_000_000)
    }
}

extension HTTPResponse {
    /// What `Retry-After` says, in whole seconds; `nil` where it is absent or a date.
    var retryAfter: TimeSpan? {
        header("Retry-After").flatMap { Int64($0) }
            .flatMap { (0...86_400).contains($0) ? TimeSpan(seconds: $0) : nil }
    }
}
