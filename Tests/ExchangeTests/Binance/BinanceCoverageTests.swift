import Exchange
import Testing

/// The files of the other folders that are about Binance, and what is done with them.
private let elsewhere: [(what: String, folder: String, names: String)] = [
    (
        "compared with our requests, and classified",
        "ccxt",
        "binance_static_request_transcribed.jsonl real_error_bodies.jsonl"
    ),
    (
        "what can be traded is read, and books are rebuilt",
        "cryptofeed",
        """
        BINANCE.0 BINANCE_FUTURES.0 BINANCE.http.0.0 BINANCE.ws.1.0 BINANCE_FUTURES.http.0.0
        BINANCE_FUTURES.ws.1.0
        """
    ),
    ("decoded line by line", "tardis", "binance_spot.jsonl binance_futures.jsonl"),
    (
        "replayed, or refused where coin-margined, in Replaying recorded markets",
        "market/hftbacktest",
        """
        cm_btcusd_perp_20240808.gz cm_btcusd_perp_20240809.gz spot_btcusdt_20240808.gz
        spot_btcusdt_20240809.gz usdm_btcusdt_20240808.gz
        """
    ),
    (
        "replayed in Replaying recorded markets",
        "market/hftbacktest_playground",
        """
        spot_btcusdt_20230405.dat.gz spot_nexousdt_20240723.dat.gz spot_nexousdt_20240724.dat.gz
        usdm_btcusdt_20230404.dat.gz usdm_btcusdt_20230405.dat.gz
        """
    ),
    (
        "rebuilt as a book",
        "market/deep_orderbook",
        "ETHBTC_2020-11-01T09-00-00_snapshot.json ETHBTC_2020-11-01T09-00-00_update.json"
    ),
    (
        "snapshots without changes, and summed trades, which are not asked for",
        "market/deep_orderbook",
        """
        BTCUSDT_2020-11-01T09-00-00_snapshot.json BTCUSDT_2020-11-01T09-00-00_trades.json
        ETHBTC_2020-11-01T09-00-00_trades.json ETHUSDT_2020-11-01T09-00-00_snapshot.json
        ETHUSDT_2020-11-01T09-00-00_trades.json
        """
    ),
    (
        "bars and tables that other programs made of messages",
        "market/lean",
        """
        crypto_binance_hour_btcusdt_trade.zip crypto_binance_minute_btcbusd_20221213_trade.zip
        cryptofuture_binance_daily_adausdt_quote.zip cryptofuture_binance_daily_adausdt_trade.zip
        cryptofuture_binance_hour_adausdt_quote.zip cryptofuture_binance_hour_adausdt_trade.zip
        cryptofuture_binance_minute_adausdt_20221213_quote.zip
        cryptofuture_binance_minute_adausdt_20221213_trade.zip
        cryptofuture_binance_minute_btcusd_20221213_quote.zip
        cryptofuture_binance_minute_btcusd_20221213_trade.zip
        """
    ),
    (
        "tables that other programs made of messages",
        "market/misc",
        "lukaszkazala_btcusdt_top_imbalance.csv"
    ),
    (
        "tables that other programs made of messages",
        "market/nautilus",
        """
        binance_btcusdt-depth-snap.csv binance_btcusdt-depth-update.csv
        binance_btcusdt-instrument-repr.txt binance_btcusdt-instrument.txt
        binance_btcusdt-quotes.parquet binance_btcusdt-trades.parquet
        tardis_binance-futures_book_snapshot_25_BTCUSDT.csv
        """
    ),
    (
        "tables that other programs made of answers",
        "instruments",
        "freqtrade_binance_leverage_tiers.json lean_symbol-properties-database.csv"
    ),
]

private func paths(_ folder: String, _ names: String) -> [String] {
    Fixtures.names(names).map { "\(folder)/\($0)" }
}

@Suite(.enabled(if: Fixtures.isPresent, Comment(rawValue: Fixtures.absent)))
struct `All files about Binance` {
    @Test func `each is read, refused with a reason, or not ours`() throws {
        let files = try Fixtures.files("binance")
        let read =
            binanceAnswers.map(\.path) + binanceUnreadable.map(\.path)
            + binanceRefusals.map(\.path) + binancePrivateFiles.map(\.path)
            + binancePublicFiles.map(\.path) + binancePublicRefusals.map(\.file.path)
        let left = BinanceOtherFiles.all.flatMap { paths($0.folder, $0.names) }
        #expect(files.count > 400)
        #expect(files.subtracting(read).subtracting(left).sorted() == [])
        #expect(Set(read + left).subtracting(files).sorted() == [])
        #expect(Set(read).intersection(left).sorted() == [])
    }

    /// Files of these folders that name Bybit are looked at with Bybit's.
    @Test func `each of the other folders is known`() throws {
        let known = Set(elsewhere.flatMap { paths($0.folder, $0.names) })
        var found: Set<String> = []
        for folder in ["ccxt", "cryptofeed", "tardis", "market", "instruments"] {
            for name in try Fixtures.files(folder) { found.insert("\(folder)/\(name)") }
        }
        let others = found.filter { name in
            name.lowercased().contains("bybit") || name.contains("rufflebus")
        }
        #expect(found.subtracting(others).subtracting(known).sorted() == [])
        #expect(known.subtracting(found).sorted() == [])
    }
}
