import Exchange
import Network
import Testing
import Trading

/// What a number is expected to prove, written apart from the table that says so.
enum Proof: Hashable, Sendable {
    case no(CallRefusal.Meaning)
    case unknown(VenueDoubt.Cause)
    case done

    init(_ answer: VenueAnswer) {
        switch answer {
        case .yes: self = .done
        case .no(let refusal): self = .no(refusal.reason)
        case .unknown(let doubt): self = .unknown(doubt.cause)
        }
    }
}

struct CodeRow: Sendable, CustomTestStringConvertible {
    var code: Int
    var markets: [VenueMarket]
    /// What it proves about an order that was to be placed.
    var proof: Proof
    var testDescription: String { "\(code)" }

    static func both(_ code: Int, _ proof: Proof) -> CodeRow {
        CodeRow(code: code, markets: [.bybitSpot, .bybitLinear], proof: proof)
    }
    static func linear(_ code: Int, _ proof: Proof) -> CodeRow {
        CodeRow(code: code, markets: [.bybitLinear], proof: proof)
    }
    static func spot(_ code: Int, _ proof: Proof) -> CodeRow {
        CodeRow(code: code, markets: [.bybitSpot], proof: proof)
    }
}

private func refused(_ reason: RejectionReason) -> Proof { .no(.order(reason)) }

private let common: [CodeRow] = [
    .both(-2015, .no(.access)), .both(429, .unknown(.venue)),
    .both(10000, .unknown(.venue)), .both(10001, .no(.malformed)),
    .both(10002, .no(.clock)), .both(10003, .no(.access)), .both(10004, .no(.access)),
    .both(10005, .no(.access)), .both(10006, .no(.limited(until: nil))),
    .both(10007, .no(.access)), .both(10008, .no(.access)), .both(10009, .no(.access)),
    .both(10010, .no(.access)), .both(10014, .unknown(.duplicate)),
    .both(10016, .unknown(.venue)), .both(10017, .no(.malformed)),
    .both(10024, .no(.access)), .both(10027, .no(.access)), .both(10028, .no(.access)),
    .both(10029, .no(.access)), .both(10032, .no(.access)), .both(33004, .no(.access)),
    .both(34040, refused(.other)), .both(100_028, .no(.access)),
    .both(3_400_045, refused(.other)),
]

private let contracts: [CodeRow] = [
    .linear(30228, refused(.other)),
    .linear(110_001, refused(.unknownOrder)), .linear(110_003, refused(.other)),
    .linear(110_004, refused(.insufficientBalance)), .linear(110_005, refused(.other)),
    .linear(110_006, refused(.insufficientBalance)),
    .linear(110_007, refused(.insufficientBalance)),
    .linear(110_008, refused(.alreadyEnded)), .linear(110_009, refused(.aboveMaximum)),
    .linear(110_010, refused(.alreadyEnded)), .linear(110_011, refused(.other)),
    .linear(110_012, refused(.insufficientBalance)), .linear(110_013, refused(.other)),
    .linear(110_017, refused(.reduceOnly)), .linear(110_020, refused(.aboveMaximum)),
    .linear(110_021, refused(.aboveMaximum)), .linear(110_023, refused(.other)),
    .linear(110_024, refused(.other)),
    .linear(110_025, refused(.other)), .linear(110_026, refused(.other)),
    .linear(110_028, refused(.other)), .linear(110_034, refused(.reduceOnly)),
    .linear(110_040, refused(.other)), .linear(110_042, refused(.other)),
    .linear(110_043, refused(.other)), .linear(110_044, refused(.insufficientBalance)),
    .linear(110_045, refused(.insufficientBalance)),
    .linear(110_061, refused(.aboveMaximum)), .linear(110_063, .no(.maintenance)),
    .linear(110_066, .no(.maintenance)), .linear(110_072, .unknown(.duplicate)),
    .linear(110_074, refused(.unknownInstrument)), .linear(110_079, refused(.other)),
    .linear(110_085, refused(.other)), .linear(110_086, refused(.other)),
    .linear(110_089, refused(.aboveMaximum)),
    .linear(110_090, refused(.aboveMaximum)), .linear(110_092, refused(.wouldTrigger)),
    .linear(110_093, refused(.wouldTrigger)), .linear(110_094, refused(.belowMinimum)),
    .linear(110_103, refused(.other)), .linear(110_118, refused(.noLiquidity)),
    .linear(110_120, refused(.other)), .linear(110_121, refused(.other)),
    .linear(110_123, .no(.access)), .linear(110_124, .no(.access)),
    .linear(110_125, .no(.access)), .linear(110_131, refused(.insufficientBalance)),
    .linear(110_132, .no(.access)), .linear(3_400_139, refused(.aboveMaximum)),
]

private let spot: [CodeRow] = [
    .spot(170_001, .unknown(.venue)), .spot(170_005, .no(.limited(until: nil))),
    .spot(170_007, .unknown(.venue)), .spot(170_032, .unknown(.venue)),
    .spot(170_033, refused(.insufficientBalance)), .spot(170_035, .unknown(.venue)),
    .spot(170_121, refused(.unknownInstrument)), .spot(170_124, refused(.aboveMaximum)),
    .spot(170_130, .no(.malformed)), .spot(170_131, refused(.insufficientBalance)),
    .spot(170_132, refused(.other)), .spot(170_133, refused(.other)),
    .spot(170_134, refused(.offGrid)), .spot(170_136, refused(.belowMinimum)),
    .spot(170_137, refused(.offGrid)), .spot(170_139, refused(.alreadyEnded)),
    .spot(170_140, refused(.belowMinimum)), .spot(170_141, .unknown(.duplicate)),
    .spot(170_142, refused(.alreadyEnded)), .spot(170_143, refused(.unknownOrder)),
    .spot(170_144, refused(.other)),
    .spot(170_146, .unknown(.venue)), .spot(170_147, .unknown(.venue)),
    .spot(170_148, refused(.offGrid)), .spot(170_151, refused(.unknownInstrument)),
    .spot(170_157, refused(.unknownInstrument)), .spot(170_159, refused(.other)),
    .spot(170_190, refused(.alreadyEnded)), .spot(170_191, refused(.other)),
    .spot(170_192, refused(.other)), .spot(170_193, refused(.other)),
    .spot(170_194, refused(.other)), .spot(170_197, refused(.aboveMaximum)),
    .spot(170_198, refused(.aboveMaximum)), .spot(170_203, refused(.other)),
    .spot(170_204, refused(.other)), .spot(170_210, refused(.other)),
    .spot(170_213, refused(.unknownOrder)), .spot(170_218, refused(.wouldTake)),
    .spot(170_222, .no(.limited(until: nil))), .spot(170_228, refused(.aboveMaximum)),
    .spot(170_229, refused(.aboveMaximum)), .spot(170_234, .unknown(.venue)),
    .spot(170_310, .unknown(.venue)), .spot(170_341, refused(.aboveMaximum)),
    .spot(170_371, refused(.other)), .spot(170_372, refused(.other)),
    .spot(170_381, refused(.aboveMaximum)),
    .spot(170_382, refused(.aboveMaximum)), .spot(170_810, refused(.aboveMaximum)),
]

private let expected = common + contracts + spot

/// The codes of section 1.5 of the notes on protocols, 10018 apart, which Bybit has struck out.
private let listed = [
    10000, 10001, 10002, 10003, 10004, 10005, 10006, 10010, 10014, 10016, 10017, 10024, 10027,
    10029, 429, 10032, 110_001, 110_003, 110_004, 110_007, 110_012, 110_008, 110_010, 110_017,
    110_020, 110_009, 110_061, 110_043, 110_025, 110_072, 110_074, 110_079, 110_092, 110_093,
    110_094, 34040, 170_131, 170_124, 170_130, 170_134, 170_137, 170_136, 170_140, 170_141,
    170_139, 170_142, 170_143, 170_213, 170_005, 170_007, 170_146,
]

@Suite struct `What Bybit's numbers prove` {
    @Test(arguments: expected)
    func `a number proves the same with every text, and nothing elsewhere`(
        row: CodeRow
    ) throws {
        let call = try placing("BTCUSDT", .buy, .market, "1")
        for market in [VenueMarket.bybitSpot, .bybitLinear] {
            let answer = bybit(market).answer(
                to: call,
                #"{"retCode":\#(row.code),"retMsg":"as they say","result":{},"time":1}"#
            )
            let proof = row.markets.contains(market) ? row.proof : .unknown(.unlisted)
            #expect(Proof(answer) == proof)
            switch answer {
            case .yes: Issue.record("a number other than 0 places no order")
            case .no(let refusal):
                #expect(refusal.code == row.code)
                #expect(refusal.text == "as they say")
            case .unknown(let doubt):
                #expect(doubt.code == row.code)
                #expect(doubt.text == "as they say")
            }
        }
    }

    @Test func `the table and its test have the same rows, each once`() {
        #expect(BybitCode.table.map(\.code) == expected.map(\.code))
        #expect(Set(BybitCode.table.map(\.code)).count == BybitCode.table.count)
        #expect(BybitCode.table.allSatisfy { !$0.words.isEmpty })
    }

    @Test(arguments: listed)
    func `every number that is worth distinct handling has a row`(code: Int) {
        #expect(BybitCode.table.contains { $0.code == code })
    }

    static let already: [(Int, VenueMarket, VenueCall)] = [
        (110_010, .bybitLinear, .cancel(name())),
        (170_142, .bybitSpot, .cancel(name())),
        (110_043, .bybitLinear, .setLeverage(symbol: "BTCUSDT", .one)),
        (110_025, .bybitLinear, .setOneWayMode(symbol: "BTCUSDT")),
        (110_026, .bybitLinear, .setMarginMode(symbol: "BTCUSDT", .cross)),
        (
            34040, .bybitLinear,
            .amend(
                name(),
                VenueAmendment(
                    quantity: Quantity(.one),
                    price: .zero,
                    trigger: Price(.one),
                    side: .sell
                )
            )
        ),
    ]

    @Test(arguments: already)
    func `what held already is done, for the call that asked for it only`(
        code: Int,
        market: VenueMarket,
        call: VenueCall
    ) throws {
        let body = #"{"retCode":\#(code),"retMsg":"so it was","result":{},"time":1}"#
        #expect(bybit(market).answer(to: call, body) == .yes(.done))
        let other = try placing("BTCUSDT", .buy, .market, "1")
        for elsewhere in [other, .order(name()), .cancelOnSilence(symbol: "", after: .second)] {
            #expect(Proof(bybit(market).answer(to: elsewhere, body)) != .done)
        }
    }

    /// Bybit has no number for an amendment that would change nothing: its words tell, and no
    /// other call is done by them.
    @Test func `an amendment that changes nothing is done by its words`() throws {
        let amendment = VenueAmendment(
            quantity: Quantity(.one),
            price: .zero,
            trigger: Price(.one),
            side: .sell
        )
        func body(_ text: String) -> String {
            #"{"retCode":10001,"retMsg":"\#(text)","result":{},"time":1}"#
        }
        let unchanged =
            "The order remains unchanged as the parameters entered match the existing ones."
        let amend = VenueCall.amend(name(), amendment)
        #expect(bybit().answer(to: amend, body(unchanged)) == .yes(.done))
        #expect(Proof(bybit().answer(to: amend, body("qty is wrong"))) != .done)
        let other = try placing("BTCUSDT", .buy, .market, "1")
        #expect(Proof(bybit().answer(to: other, body(unchanged))) != .done)
    }

    /// The words of the last two leave open what becomes of the order.
    @Test(arguments: [99_999, 110_035, 170_212])
    func `a number that no row names proves nothing`(code: Int) {
        for market in [VenueMarket.bybitSpot, .bybitLinear] {
            let answer = bybit(market).answer(
                to: .cancel(name()),
                #"{"retCode":\#(code),"retMsg":"new","result":{},"time":1}"#
            )
            let doubt = VenueDoubt(cause: .unlisted, code: code, text: "new")
            #expect(answer == .unknown(doubt))
        }
    }
}

struct StatusRow: Sendable, CustomTestStringConvertible {
    var status: Int
    var headers: [HTTPHeader] = []
    var proof: Proof
    var testDescription: String { "\(status) \(headers)" }
}

@Suite struct `What HTTP statuses of Bybit prove` {
    private static func at(_ milliseconds: Int64) -> Timestamp {
        Timestamp(nanoseconds: bybitNow.nanoseconds + milliseconds * 1_000_000)
    }
    private static let reset = HTTPHeader("x-bapi-limit-reset-timestamp", "1700000001500")
    private static let resetTime = Timestamp(nanoseconds: 1_700_000_001_500_000_000)
    /// A reset so many milliseconds after the answer came.
    private static func told(at milliseconds: Int64) -> HTTPHeader {
        let stamp = at(milliseconds).nanoseconds / 1_000_000
        return HTTPHeader("X-Bapi-Limit-Reset-Timestamp", "\(stamp)")
    }

    static let rows: [StatusRow] = [
        StatusRow(status: 401, proof: .no(.access)),
        StatusRow(status: 400, proof: .no(.malformed)),
        StatusRow(status: 404, proof: .no(.malformed)),
        StatusRow(status: 403, proof: .no(.limited(until: at(600_000)))),
        StatusRow(
            status: 403,
            headers: [HTTPHeader("Retry-After", "30")],
            proof: .no(.limited(until: at(30_000)))
        ),
        StatusRow(status: 429, proof: .no(.limited(until: nil))),
        StatusRow(status: 429, headers: [reset], proof: .no(.limited(until: resetTime))),
        StatusRow(
            status: 429,
            headers: [reset, HTTPHeader("retry-after", "2")],
            proof: .no(.limited(until: at(2000)))
        ),
        // Not later than the answer: it is the time of that, and asks for nothing.
        StatusRow(status: 429, headers: [told(at: 0)], proof: .no(.limited(until: nil))),
        StatusRow(status: 429, headers: [told(at: -1)], proof: .no(.limited(until: nil))),
        StatusRow(status: 403, headers: [told(at: 0)], proof: .no(.limited(until: at(600_000)))),
        StatusRow(
            status: 429,
            headers: [told(at: -1), HTTPHeader("Retry-After", "2")],
            proof: .no(.limited(until: at(2000)))
        ),
        // By a clock that is behind it may seem later; what is left of the limit tells.
        StatusRow(
            status: 403,
            headers: [
                told(at: 20), HTTPHeader("X-Bapi-Limit", "10"),
                HTTPHeader("X-Bapi-Limit-Status", "9"),
            ],
            proof: .no(.limited(until: at(600_000)))
        ),
        StatusRow(
            status: 429,
            headers: [
                reset, HTTPHeader("X-Bapi-Limit", "10"), HTTPHeader("X-Bapi-Limit-Status", "0"),
            ],
            proof: .no(.limited(until: resetTime))
        ),
        StatusRow(
            status: 429,
            headers: [HTTPHeader("Retry-After", "-5")],
            proof: .no(.limited(until: nil))
        ),
        StatusRow(status: 500, proof: .unknown(.venue)),
        StatusRow(status: 502, proof: .unknown(.venue)),
        StatusRow(status: 503, proof: .unknown(.venue)),
        StatusRow(status: 504, proof: .unknown(.venue)),
        StatusRow(status: 302, proof: .unknown(.unlisted)),
        StatusRow(status: 418, proof: .unknown(.unlisted)),
        StatusRow(status: 201, proof: .unknown(.unlisted)),
    ]

    @Test(arguments: rows)
    func `a status other than 200 is classified by itself`(row: StatusRow) throws {
        // A body that would be a yes must not be looked at.
        let yes = #"{"retCode":0,"retMsg":"OK","result":{},"time":1}"#
        let response = HTTPResponse(
            status: row.status,
            headers: row.headers,
            body: Array(yes.utf8)
        )
        for call in [try placing("BTCUSDT", .buy, .market, "1"), .cancel(name()), .balances] {
            let answer = bybit().answer(to: call, response, at: bybitNow)
            #expect(Proof(answer) == row.proof)
        }
    }

    @Test func `an exceeded rate tells until when to wait`() {
        let body = #"{"retCode":10006,"retMsg":"Too many visits!","result":{},"time":1}"#
        let answer = bybit().answer(to: .balances, body, headers: [Self.reset])
        #expect(Proof(answer) == .no(.limited(until: Self.resetTime)))
        let other = bybit().answer(to: .balances, body, headers: [Self.told(at: 0)])
        #expect(Proof(other) == .no(.limited(until: nil)))
    }

    @Test func `no answer is silence`() {
        let answer = bybit().answer(to: .cancel(name()), nil, at: bybitNow)
        #expect(Proof(answer) == .unknown(.silence))
    }

    @Test(arguments: [
        "", "<html>", "[]", "{}", #"{"retCode":"0","result":{}}"#, #"{"retCode":0}"#,
        #"{"retCode":0,"retCode":0,"result":{"orderId":"1","orderLinkId":"hf-abcd-1-wxyz-2a"}}"#,
        #"{"retCode":0,"result":{"orderId":"","orderLinkId":"hf-abcd-1-wxyz-2a"}}"#,
        #"{"retCode":0,"result":{"orderId":"01","orderLinkId":"hf-abcd-1-wxyz-2a"}}"#,
        #"{"retCode":0,"result":{"orderId":7,"orderLinkId":"hf-abcd-1-wxyz-2a"}}"#,
        #"{"retCode":0,"result":{"orderId":"7","orderLinkId":"another"}}"#,
        #"{"retCode":0,"result":{"orderId":"7"}}"#,
    ])
    func `an answer to a placement that cannot be read proves nothing`(body: String) throws {
        let answer = bybit().answer(to: try placing("BTCUSDT", .buy, .market, "1"), body)
        #expect(Proof(answer) == .unknown(.unreadable))
    }
}

@Suite struct `Bybit's rate limit headers` {
    @Test func `limit, rest and time are read without regard to case`() {
        let response = HTTPResponse(
            status: 200,
            headers: [
                HTTPHeader("x-bapi-limit", "10"), HTTPHeader("X-Bapi-Limit-Status", "9"),
                HTTPHeader("X-BAPI-LIMIT-RESET-TIMESTAMP", "1711001595208"),
            ]
        )
        let resets = Timestamp(nanoseconds: 1_711_001_595_208_000_000)
        #expect(
            BybitRateLimit(response) == BybitRateLimit(limit: 10, remaining: 9, resets: resets)
        )
    }

    @Test(arguments: [
        [], [HTTPHeader("X-Bapi-Limit", "10")],
        [HTTPHeader("X-Bapi-Limit", "10"), HTTPHeader("X-Bapi-Limit-Status", "-1")],
        [HTTPHeader("X-Bapi-Limit", "ten"), HTTPHeader("X-Bapi-Limit-Status", "9")],
    ])
    func `headers that do not tell a limit tell nothing`(headers: [HTTPHeader]) {
        #expect(BybitRateLimit(HTTPResponse(status: 200, headers: headers)) == nil)
    }

    @Test func `a time that cannot be read is not made up`() {
        let response = HTTPResponse(
            status: 200,
            headers: [
                HTTPHeader("X-Bapi-Limit", "10"), HTTPHeader("X-Bapi-Limit-Status", "0"),
                HTTPHeader("X-Bapi-Limit-Reset-Timestamp", "soon"),
            ]
        )
        #expect(BybitRateLimit(response)?.resets == nil)
        #expect(BybitRateLimit(response)?.remaining == 0)
    }
}
