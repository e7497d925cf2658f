import Digests
import Exchange
import Network
import Testing
import Trading

@testable import LocalExchange

@Suite struct BinanceFrontSignatureTests {
    @Test func `The published example has the published signature`() {
        let payload =
            "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1"
            + "&recvWindow=5000&timestamp=1499827319559"
        let code = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
        let secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
        let signer = HMAC(key: secretBytes(secret))
        for (query, body) in [
            ("\(payload)&signature=\(code)", ""),
            ("", "\(payload)&signature=\(code.uppercased())"),
            ("signature=\(code)", payload),
            (String(payload.prefix(30)), String(payload.dropFirst(30)) + "&signature=\(code)"),
        ] {
            let signature = BinanceSignature(query: query[...], body: body[...])
            #expect(signature.isValid(by: signer))
        }
        let other = BinanceSignature(query: "\(payload)0&signature=\(code)"[...], body: "")
        #expect(!other.isValid(by: signer))
    }

    @Test func `A signature may stand anywhere`() throws {
        let bench = try spotBench()
        let stamp = "timestamp=\(bench.now.milliseconds)"
        let code = sign("recvWindow=6000&\(stamp)", "alice")
        let headers = [HTTPHeader("x-mbx-apikey", "key-alice")]
        for query in [
            "signature=\(code)&recvWindow=6000&\(stamp)",
            "recvWindow=6000&signature=\(code)&\(stamp)",
            "recvWindow=6000&\(stamp)&signature=\(code)",
        ] {
            let reply = try bench.ask(.get, "/api/v3/account?\(query)", headers: headers)
            #expect(reply.status == 200, "\(query)")
        }
    }

    @Test func `What is signed is what came, percent signs and all`() throws {
        let bench = try spotBench()
        let stamp = "timestamp=\(bench.now.milliseconds)"
        let headers = [HTTPHeader("X-MBX-APIKEY", "key-alice")]
        let payload = "symbol=BTC%55SDT&\(stamp)"
        let good = "/api/v3/openOrders?\(payload)&signature=\(sign(payload, "alice"))"
        #expect(try bench.ask(.get, good, headers: headers).status == 200)
        let decoded = sign("symbol=BTCUSDT&\(stamp)", "alice")
        let bad = "/api/v3/openOrders?\(payload)&signature=\(decoded)"
        #expect(try bench.ask(.get, bad, headers: headers).code == -1022)
    }

    @Test(
        arguments: [
            ("key-alice", 0, "", 200, nil),
            ("", 0, "", 401, -2014),
            ("key-nobody", 0, "", 401, -2015),
            ("key-bob", 0, "", 400, -1022),
            ("key-alice", -5000, "", 200, nil),
            ("key-alice", -5001, "", 400, -1021),
            ("key-alice", 999, "", 200, nil),
            ("key-alice", 1000, "", 400, -1021),
            ("key-alice", -5001, "recvWindow=5001.5&", 200, nil),
            ("key-alice", -60_000, "recvWindow=60000&", 200, nil),
            ("key-alice", 0, "recvWindow=60001&", 400, -1131),
        ] as [(String, Int64, String, Int, Int64?)]
    )
    func `A key, a time and a window decide`(
        _ key: String,
        _ offset: Int64,
        _ window: String,
        _ status: Int,
        _ code: Int64?
    ) throws {
        let bench = try spotBench()
        for path in ["/api/v3/account", "/api/v3/openOrders"] {
            let payload = "\(window)timestamp=\(bench.now.milliseconds + offset)"
            let target = "\(path)?\(payload)&signature=\(sign(payload, "alice"))"
            let headers = key.isEmpty ? [] : [HTTPHeader("X-MBX-APIKEY", key)]
            let reply = try bench.ask(.get, target, headers: headers)
            #expect(reply.status == status)
            #expect(reply.code == code)
        }
    }

    @Test func `Spot takes microseconds, USD-M does not`() throws {
        let spot = try spotBench()
        let futures = try futuresBench()
        let payload = "timestamp=\(spot.now.milliseconds * 1000)"
        let query = "\(payload)&signature=\(sign(payload, "alice"))"
        let headers = [HTTPHeader("X-MBX-APIKEY", "key-alice")]
        #expect(try spot.ask(.get, "/api/v3/account?\(query)", headers: headers).status == 200)
        let refused = try futures.ask(.get, "/fapi/v2/account?\(query)", headers: headers)
        #expect(refused.code == -1021)
    }

    @Test func `What is missing is named`() throws {
        let bench = try spotBench()
        let headers = [HTTPHeader("X-MBX-APIKEY", "key-alice")]
        let untimed = try bench.ask(.get, "/api/v3/account?signature=00", headers: headers)
        #expect(
            untimed.message == "Mandatory parameter 'timestamp' was not sent, was empty/null, or "
                + "malformed."
        )
        let query = "timestamp=\(bench.now.milliseconds)"
        let unsigned = try bench.ask(.get, "/api/v3/account?\(query)", headers: headers)
        #expect(unsigned.code == -1102)
        #expect(unsigned.message?.contains("'signature'") == true)
    }

    @Test func `A key that may not trade reads only`() throws {
        let bench = try spotBench()
        #expect(try bench.signed(.get, "/api/v3/account", as: "carol").status == 200)
        let terms = "symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1"
        let reply = try bench.order(terms, as: "carol")
        #expect(reply.status == 401)
        #expect(reply.code == -2015)
    }

    @Test(arguments: [("alice", true, true), ("bob", true, false), ("carol", false, false)])
    func `What a key may do is told of each market`(
        name: String,
        spot: Bool,
        contracts: Bool
    ) throws {
        let reply = try spotBench().signed(.get, "/sapi/v1/account/apiRestrictions", as: name)
        #expect(reply["enableSpotAndMarginTrading"] == .flag(spot))
        #expect(reply["enableFutures"] == .flag(contracts))
        let answer = BinanceAdapter(.binanceSpot, nil)
            .answer(to: .keyPermissions, reply.response, at: .never)
        guard case .yes(.key(let key)) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(key.mayTrade(in: .binanceSpot) == spot)
        #expect(key.mayTrade(in: .binanceFutures) == contracts)
    }
}
