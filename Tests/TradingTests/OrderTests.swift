import Testing
import Trading

@Suite
struct `The states of an order` {
    @Test func `only the transitions of the table are allowed`() {
        // Rows: from; columns, in order of their numbers: pending, placed, partially filled,
        // filled, cancelled, rejected, expired.
        let table: [(OrderStatus, String)] = [
            (.pending, "-xxxxxx"),
            (.placed, "--xxx-x"),
            (.partiallyFilled, "--xxx-x"),
            (.filled, "-------"),
            (.cancelled, "-------"),
            (.rejected, "-------"),
            (.expired, "-------"),
        ]
        #expect(table.map(\.0) == OrderStatus.allCases)
        for (from, row) in table {
            for (to, cell) in zip(OrderStatus.allCases, row) {
                #expect(from.canBecome(to) == (cell == "x"), "\(from.name) to \(to.name)")
            }
        }
    }

    @Test func `an order that can become nothing more is terminal`() {
        for status in OrderStatus.allCases {
            let isStuck = !OrderStatus.allCases.contains { status.canBecome($0) }
            #expect(status.isTerminal == isStuck, "\(status.name)")
        }
    }

    @Test func `a side signs what it does to a position`() {
        #expect(Side.buy.signed(Quantity(.one)) == Quantity(.one))
        #expect(Side.sell.signed(Quantity(.one)) == -Quantity(.one))
        #expect(Side.buy.opposite == .sell && Side.sell.opposite == .buy)
    }

    @Test(arguments: [
        (UInt128(0), "0"),
        (UInt128(UInt64.max), "18446744073709551615"),
        (UInt128(UInt64.max) + 1, "00000000-0000-0001-0000-000000000000"),
        (UInt128.max, "ffffffff-ffff-ffff-ffff-ffffffffffff"),
    ])
    func `a venue's name prints as it was sent`(value: UInt128, text: String) {
        #expect(VenueID(value).description == text)
    }
}

@Suite
struct `The filters of an instrument` {
    private let filters = InstrumentFilters(
        priceTick: Price(Decimal(units: 500_000_000_000_000_000)),
        quantityStep: Quantity(Decimal(units: 1_000_000_000_000_000)),
        minimumQuantity: Quantity(Decimal(units: 1_000_000_000_000_000)),
        maximumQuantity: Quantity(Decimal(10)),
        minimumNotional: Money(Decimal(5))
    )

    @Test(arguments: [
        ("1.2345", "1.234"), ("1.234", "1.234"), ("0.0009", "0"), ("10.0001", "10"), ("11", "10"),
    ])
    func `a quantity is cut to what an order can carry`(value: String, cut: String) throws {
        #expect(filters.cut(Quantity(try Decimal(value))).description == cut)
    }

    @Test(arguments: [
        ("100.7", "100.5", "101", "100.5"), ("100.75", "100.5", "101", "101"),
        ("100.25", "100", "100.5", "100"), ("100.5", "100.5", "100.5", "100.5"),
    ])
    func `a price meets the grid in the direction that is named`(
        value: String,
        down: String,
        up: String,
        halfEven: String
    ) throws {
        let price = Price(try Decimal(value))
        #expect(filters.onGrid(price, .down).description == down)
        #expect(filters.onGrid(price, .up).description == up)
        #expect(filters.onGrid(price, .halfEven).description == halfEven)
    }
}
