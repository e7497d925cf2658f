import Digests
import Exchange
import Foundation
import Network
import Trading

/// Messages of one kind, and two ways to decode them.
struct DecoderSet {
    /// By which the Python program calls it.
    var key: String
    var name: String
    var messages: [[UInt8]]
    /// Ours; whether it understood the message.
    var ours: (Span<UInt8>) throws -> Bool
    /// Foundation's.
    var foundation: (Data) throws -> Void
}

/// The sets there are.
struct DecoderSets {
    private let recorded: RecordedMessages
    private let decoder = JSONDecoder()

    init(_ recorded: RecordedMessages) { self.recorded = recorded }

    func all() throws -> [DecoderSet] {
        try publicSets() + privateSets() + answerSets()
    }

    private func foundation<Content: Decodable>(_ type: Content.Type) -> (Data) throws -> Void {
        { [decoder] data in _ = try decoder.decode(type, from: data) }
    }

    // MARK: Public streams

    /// Decoders are reused, and one that is not copied needs a place to stay.
    private final class Binance {
        var decoder = BinanceDecoder()
        func take(_ message: Span<UInt8>) throws -> Bool {
            try decoder.decode(message)
            return decoder.message.kind != .other
        }
    }

    private final class Bybit {
        var decoder = BybitDecoder(market: .perpetual)
        func take(_ message: Span<UInt8>) throws -> Bool {
            try decoder.decode(message)
            let isKnown = decoder.message.kind != .other
            while decoder.next() {}
            return isKnown
        }
    }

    private func publicSets() throws -> [DecoderSet] {
        let tape = "usdm_btcusdt_20240808.gz"
        let lines = try recorded.values(["tardis/bybit_v5_linear.jsonl"], having: "publicTrade")
        return [
            DecoderSet(
                key: "binanceDepth",
                name: "Binance depth",
                messages: try recorded.tape(tape, "@depth"),
                ours: Binance().take,
                foundation: foundation(CombinedMessage<BinanceDepth>.self)
            ),
            DecoderSet(
                key: "binanceTrades",
                name: "Binance trades",
                messages: try recorded.tape(tape, "@trade"),
                ours: Binance().take,
                foundation: foundation(CombinedMessage<BinanceTrade>.self)
            ),
            DecoderSet(
                key: "bybitDepth",
                name: "Bybit depth",
                messages: try recorded.zipped("market/nautilus/bybit_xrpusdt-ob500.data.zip"),
                ours: Bybit().take,
                foundation: foundation(BybitBook.self)
            ),
            DecoderSet(
                key: "bybitTrades",
                name: "Bybit trades",
                messages: lines,
                ours: Bybit().take,
                foundation: foundation(BybitTrades.self)
            ),
        ]
    }

    // MARK: Private streams

    private static var credentials: VenueCredentials {
        VenueCredentials(key: "key-of-a-benchmark", secret: SecretBytes(count: 32))
    }

    private func events(_ adapter: any VenueAdapter) -> (Span<UInt8>) throws -> Bool {
        { message in try !adapter.events(in: message).isEmpty }
    }

    private func privateSets() throws -> [DecoderSet] {
        let spot = [
            "WebSocketGlobalSpotMarketSubmitPartiallyFilledFilled",
            "WebSocketGlobalSpotStopLimitSubmittedTriggerFilled",
            "WebSocketSpotLimitFillOrKillSubmittedExpired",
        ]
        let futures = [
            "WebSocketFutureLimitSubmittedFilled", "WebSocketFutureLimitSubmittedCancelled",
            "WebSocketFutureStopMarketSubmitPartiallyFilledFilled",
        ]
        let orders = ["ws_account_order", "ws_account_order_buy_stop_market"]
            .map { "bybit/nautilus/\($0).json" }
        func files(_ names: [String]) -> [String] { names.map { "binance/lean/\($0).json" } }
        return [
            DecoderSet(
                key: "binanceReports",
                name: "Binance spot, order reports",
                messages: try recorded.values(files(spot), having: "\"subscriptionId\""),
                ours: events(BinanceAdapter(.binanceSpot, Self.credentials)),
                foundation: foundation(BinanceReport.self)
            ),
            DecoderSet(
                key: "binanceFuturesReports",
                name: "Binance USD-M, order reports",
                messages: try recorded.values(files(futures), having: "ORDER_TRADE_UPDATE"),
                ours: events(BinanceAdapter(.binanceFutures, Self.credentials)),
                foundation: foundation(BinanceFuturesReport.self)
            ),
            DecoderSet(
                key: "bybitOrders",
                name: "Bybit, order reports",
                messages: try recorded.values(
                    orders,
                    // Their author made ids up that are none of the venue's form.
                    replacing: ["abcdef123456", "test-buy-stop-market-001"],
                    by: "5cf98598-39a7-459e-97bf-76ca765ee020"
                ),
                ours: events(
                    BybitAdapter(market: .bybitLinear, credentials: Self.credentials)
                ),
                foundation: foundation(BybitOrders.self)
            ),
        ]
    }

    // MARK: Answers to requests

    private func answers(
        _ adapter: any VenueAdapter,
        _ call: VenueCall
    ) -> (Span<UInt8>) throws -> Bool {
        let time = Timestamp(nanoseconds: 1_700_000_000_000_000_000)
        return { message in
            // The body of a response is an array: the copy counts.
            let response = HTTPResponse(status: 200, body: message.indices.map { message[$0] })
            guard case .yes = adapter.answer(to: call, response, at: time) else { return false }
            return true
        }
    }

    private func answerSets() throws -> [DecoderSet] {
        let binance = BinanceAdapter(.binanceSpot, Self.credentials)
        let bybit = BybitAdapter(market: .bybitLinear, credentials: Self.credentials)
        let open = VenueCall.openOrders(symbol: nil, page: .first)
        return [
            DecoderSet(
                key: "binanceOrderList",
                name: "Binance, answer with open orders",
                messages: try recorded.values([
                    "binance/nautilus_rs/spot/http_json/open_orders_response.json"
                ]),
                ours: answers(binance, open),
                foundation: foundation([BinanceOrderRow].self)
            ),
            DecoderSet(
                key: "bybitOrderList",
                name: "Bybit, answer with open orders",
                messages: try recorded.values(["bybit/docs_examples/order__open-order.json"]),
                ours: answers(bybit, open),
                foundation: foundation(BybitList<BybitOrderRow>.self)
            ),
            DecoderSet(
                key: "binanceListing",
                name: "Binance, answer with all instruments",
                messages: Array(
                    try recorded.values(["cryptofeed/BINANCE.0"], having: "exchangeFilters")
                        .prefix(1)
                ),
                ours: answers(binance, .instruments(page: .first)),
                foundation: foundation(BinanceExchangeInfo.self)
            ),
            DecoderSet(
                key: "bybitListing",
                name: "Bybit, answer with instruments",
                messages: try recorded.values(["bybit/nautilus/http_get_instruments_linear.json"]),
                ours: answers(bybit, .instruments(page: .first)),
                foundation: foundation(BybitList<BybitInstrumentRow>.self)
            ),
        ]
    }
}
