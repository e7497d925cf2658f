import Exchange
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite struct `An instrument as it is configured` {
    private static let filters = InstrumentFilters(
        priceTick: price("0.1"),
        quantityStep: quantity("0.001"),
        minimumQuantity: quantity("0.001"),
        maximumQuantity: quantity("100"),
        minimumNotional: money("5")
    )

    private func differences(
        _ market: Market = .spot,
        _ change: (inout VenueInstrument) -> Void
    ) -> [String] {
        rules(market, change).differences.map(\.text)
    }

    private func rules(
        _ market: Market = .spot,
        _ change: (inout VenueInstrument) -> Void
    ) -> FoundRules {
        var found = VenueInstrument(
            symbol: "BTCUSDT",
            base: "BTC",
            quote: "USDT",
            settle: "USDT",
            isTrading: true,
            isPerpetual: false,
            filters: Self.filters
        )
        change(&found)
        let listed = InstrumentListed(
            id: InstrumentID(0),
            symbol: "BTCUSDT",
            market: market,
            base: "BTC",
            quote: "USDT",
            filters: Self.filters,
            fees: FeeSchedule(maker: .zero, taker: .zero),
            margin: .unlevered
        )
        return listed.rules(from: found)
    }

    @Test func `says what a venue would refuse`() {
        #expect(differences { _ in }.isEmpty)
        #expect(
            differences { $0.filters.priceTick = price("0.5") }
                == ["filters.priceTick is 0.1, expected a multiple of 0.5"]
        )
        #expect(
            differences { $0.filters.quantityStep = quantity("0.01") }
                == ["filters.quantityStep is 0.001, expected a multiple of 0.01"]
        )
        #expect(
            differences { $0.filters.minimumNotional = money("10") }
                == ["filters.minimumNotional is 5, expected at least 10"]
        )
        #expect(
            differences { $0.filters.maximumQuantity = quantity("50") }
                == ["filters.maximumQuantity is 100, expected at most 50"]
        )
        #expect(
            differences { $0.filters.minimumQuantity = quantity("0.002") }
                == ["filters.minimumQuantity is 0.001, expected at least 0.002"]
        )
        #expect(differences { $0.isTrading = false }.count == 1)
        #expect(differences { $0.quote = "USDC" } == ["quote is USDT, expected USDC"])
        #expect(differences { $0.base = "XBT" } == ["base is BTC, expected XBT"])
        let sessions = differences {
            $0.settle = "USDC"
            $0.isSettledInSessions = true
        }
        #expect(sessions == ["results are paid in USDC, in sessions; only USDT is followed"])
    }

    /// Stops and exits are market orders, of which venues take less at once.
    @Test func `says what cannot be sold at once`() {
        #expect(
            differences { $0.maximumMarketQuantity = quantity("40") } == [
                "filters.maximumQuantity is 100, expected at most, because exits are market "
                    + "orders, 40"
            ]
        )
        #expect(differences { $0.maximumMarketQuantity = quantity("100") }.isEmpty)
        // So Binance says that there is no limit of its own.
        #expect(differences { $0.maximumMarketQuantity = .zero }.isEmpty)
    }

    @Test func `is of a contract that does not end`() {
        #expect(differences(.perpetual) { $0.isPerpetual = true }.isEmpty)
        #expect(differences(.perpetual) { _ in } == ["it is no perpetual contract"])
    }

    @Test func `is traded by the stricter of both sides`() {
        #expect(rules { _ in }.filters == Self.filters)
        let strict = rules { found in
            found.filters.priceTick = price("0.5")
            found.filters.quantityStep = quantity("0.01")
            found.filters.minimumQuantity = quantity("0.01")
            found.filters.minimumNotional = money("10")
            found.filters.maximumQuantity = quantity("50")
            found.maximumMarketQuantity = quantity("40")
        }
        #expect(
            strict.filters
                == InstrumentFilters(
                    priceTick: price("0.5"),
                    quantityStep: quantity("0.01"),
                    minimumQuantity: quantity("0.01"),
                    maximumQuantity: quantity("40"),
                    minimumNotional: money("10")
                )
        )
        let loose = rules { found in
            found.filters.priceTick = price("0.05")
            found.filters.minimumQuantity = quantity("0.0001")
            found.filters.minimumNotional = money("1")
            found.filters.maximumQuantity = quantity("1000")
            found.maximumMarketQuantity = .zero
        }
        #expect(loose.filters == Self.filters)
    }

    @Test func `may be stricter than the venue`() {
        let looser = differences { found in
            found.filters.priceTick = price("0.05")
            found.filters.minimumQuantity = quantity("0.0001")
            found.filters.minimumNotional = money("1")
            found.filters.maximumQuantity = quantity("1000")
        }
        #expect(looser.isEmpty)
    }
}
