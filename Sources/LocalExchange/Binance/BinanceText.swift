internal import JSON
internal import Trading

// How Binance writes amounts and times.

extension TimeSpan {
    static var minute: TimeSpan { TimeSpan(seconds: 60) }
}

extension Decimal {
    /// How many decimals this has, as a tick or a step: 2 for 0.01.
    var places: Int {
        let text = description
        guard let point = text.firstIndex(of: ".") else { return 0 }
        return text.distance(from: point, to: text.endIndex) - 1
    }

    /// The text with exactly so many decimals, of which nothing is rounded up.
    func cut(to places: Int) -> String {
        var step = Decimal.one
        for _ in 0..<places { step = Decimal(units: step.units / 10) }
        return rounded(toMultipleOf: step, .down).text(places: places)
    }
}

extension Amount {
    /// With eight decimals, as spot writes everything.
    var eight: JSONText { .text(value.cut(to: 8)) }

    /// As short as it is.
    var short: JSONText { .text(description) }

    /// With so many decimals.
    func places(_ places: Int) -> JSONText { .text(value.cut(to: places)) }
}

extension JSONText {
    static func time(_ time: Timestamp) -> JSONText { .integer(time.milliseconds) }

    static func count(_ count: Int) -> JSONText { .integer(Int64(count)) }

    static func id(_ number: UInt64) -> JSONText { .integer(Int64(number)) }

    /// Prices and quantities of a book.
    static func levels(
        _ levels: [BookLevel],
        _ price: (Price) -> JSONText,
        _ quantity: (Quantity) -> JSONText
    ) -> JSONText {
        .list(levels.map { .list([price($0.price), quantity($0.quantity)]) })
    }

    /// One object made of the members of two.
    func adding(_ members: [(key: String, value: JSONText?)]) -> JSONText {
        guard case .object(let own) = self else { return self }
        return .object(own + members)
    }
}
