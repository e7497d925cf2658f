import Exchange
import Glibc
import LocalExchange
import Network
import Platform
import Runtime
import Trading

/// The program: reads its files, opens the exchange, tells its port, and serves until it is
/// stopped.
@main
enum ExchangeSim {
    static let syntax = ProgramSyntax(
        "exchange-sim",
        version: Release.version,
        summary: "A local exchange that speaks the protocols of Bybit v5 and of Binance.",
        commands: [
            CommandSyntax(
                "",
                summary: "A local exchange that speaks the protocols of Bybit v5 and of Binance, "
                    + "spot and futures, REST and WebSocket, on one port of this machine.",
                discussion: "It prints one line of JSON with its port once it listens, and serves "
                    + "until it gets SIGINT or SIGTERM.",
                options: [
                    OptionSyntax(
                        "port",
                        "NUMBER",
                        .integer(0...65_535),
                        summary: "where it listens; 0 lets the system choose (0)"
                    ),
                    OptionSyntax(
                        "accounts",
                        "FILE",
                        isRequired: true,
                        summary: "who may trade, and in which markets"
                    ),
                    OptionSyntax(
                        "tape",
                        "FILE",
                        isRepeatable: true,
                        summary: "drives the book of its symbol in place of the generator"
                    ),
                    OptionSyntax(
                        "seed",
                        "NUMBER",
                        .integer(0...Int.max),
                        summary: "what markets and ids are made from (1)"
                    ),
                    OptionSyntax(
                        "latency",
                        "TIME",
                        .timeSpan,
                        summary: "how long a request and its answer are under way together (0s)"
                    ),
                    OptionSyntax("faults", "FILE", summary: "trouble to make on purpose"),
                ]
            )
        ]
    )

    static func main() {
        Terminal.openMissingStreams()
        StopSignals.ignoreWriteSignals()
        do throws(UsageFailure) {
            switch try syntax.parse(Array(CommandLine.arguments.dropFirst())) {
            case .show(let text): exit(finish { try Terminal.say(text) })
            case .command(_, let arguments): exit(finish { try serve(arguments) })
            }
        } catch {
            Terminal.complain("\(error)")
            exit(UsageFailure.exitCode)
        }
    }

    private static func finish(_ work: () throws -> Void) -> Int32 {
        do {
            try work()
            return 0
        } catch {
            Terminal.complain("exchange-sim: \(error)")
            return 2
        }
    }

    private static func serve(_ arguments: ParsedArguments) throws {
        let seed = UInt64(arguments.integer("seed") ?? 1)
        let file = try AccountsFile(arguments.text("accounts") ?? "", seed: seed)
        var markets = file.markets
        for tape in arguments.texts("tape") { try drive(&markets, by: tape) }
        let faults = try arguments.text("faults").map { try FaultsFile.read($0) } ?? []
        for fault in faults { try check(fault.action, against: markets) }
        let exchange = try LocalExchange(
            LocalExchangePlan(
                accounts: file.accounts,
                markets: markets,
                faults: faults,
                seed: seed
            )
        )
        try StopSignals.install()
        let server = try Server(
            exchange,
            port: UInt16(arguments.integer("port") ?? 0),
            latency: arguments.timeSpan("latency") ?? .zero
        )
        // Who reads the port may ask at once: the books are there then.
        server.advance()
        try Terminal.say("{\"port\":\(server.port)}")
        server.run()
    }

    /// Refuses a fault of a market that is not opened, or that cannot have it.
    private static func check(
        _ action: FaultRule.Action,
        against markets: [LocalMarketPlan]
    ) throws {
        switch action {
        case .filters(let change):
            _ = try market(change.venue, change.symbol, "changes the filters", in: markets)
        case .jump(let jump):
            let market = try market(jump.venue, jump.symbol, "moves the price", in: markets)
            let tick = market.listing.filters.priceTick
            guard market.source != .clients, jump.distance.value.isMultiple(of: tick.value) else {
                throw ImpossibleJump(jump: jump, tick: tick)
            }
        default: break
        }
    }

    private static func market(
        _ venue: VenueMarket,
        _ symbol: String,
        _ wish: String,
        in markets: [LocalMarketPlan]
    ) throws -> LocalMarketPlan {
        let market = markets.first { $0.venue == venue && $0.listing.symbol == symbol }
        guard let market else { throw UnknownMarket(venue: venue, symbol: symbol, wish: wish) }
        return market
    }

    /// Lets a tape drive every market of its symbol and kind.
    private static func drive(_ markets: inout [LocalMarketPlan], by tape: String) throws {
        let identity = try TapeIdentity(reading: tape)
        var isUsed = false
        for place in markets.indices
        where markets[place].listing.symbol == identity.symbol
            && markets[place].venue.market == identity.market
        {
            markets[place].source = .tape(path: tape)
            isUsed = true
        }
        guard isUsed else {
            throw UnusedTape(path: tape, identity: identity)
        }
    }
}

/// A script that changes a market which is not opened.
struct UnknownMarket: Error, CustomStringConvertible {
    let venue: VenueMarket
    let symbol: String
    /// What the script wants of it.
    let wish: String

    var description: String {
        "the faults file \(wish) of \(symbol) on \(venue.name), and no market of the accounts file "
            + "is that"
    }
}

/// A script that lets a market jump as it cannot.
struct ImpossibleJump: Error, CustomStringConvertible {
    let jump: PriceJump
    let tick: Price

    var description: String {
        "the faults file lets \(jump.symbol) on \(jump.venue.name) jump by \(jump.distance): a "
            + "market of clients alone cannot, and any other one only by a multiple of its tick, "
            + "\(tick)"
    }
}

/// A tape whose market is not opened.
struct UnusedTape: Error, CustomStringConvertible {
    let path: String
    let identity: TapeIdentity

    var description: String {
        "\(path) was recorded from \(identity.symbol) (\(identity.market.name)), and no market of "
            + "the accounts file is that; add it to \"markets\""
    }
}
