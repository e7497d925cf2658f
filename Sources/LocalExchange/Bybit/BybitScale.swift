internal import JSON
internal import Trading

/// How many decimals the venue writes for a market: at least those of its grid, never fewer than
/// the number has.
struct BybitScale {
    let pricePlaces: Int
    let quantityPlaces: Int

    init(_ filters: InstrumentFilters) {
        pricePlaces = Self.places(filters.priceTick.value)
        quantityPlaces = Self.places(filters.quantityStep.value)
    }

    func text(_ price: Price) -> String { Self.text(price.value, pricePlaces) }
    func text(_ quantity: Quantity) -> String { Self.text(quantity.value, quantityPlaces) }

    /// A level as a book has it.
    func pair(_ level: BookLevel) -> JSONText {
        .list([.text(text(level.price)), .text(text(level.quantity))])
    }

    static func places(_ step: Decimal) -> Int {
        let text = step.description
        guard let point = text.firstIndex(of: ".") else { return 0 }
        return text.distance(from: point, to: text.endIndex) - 1
    }

    private static func text(_ value: Decimal, _ places: Int) -> String {
        let text = value.description
        let has = Self.places(value)
        guard has < places else { return text }
        return text + (has == 0 ? "." : "") + String(repeating: "0", count: places - has)
    }
}

extension JSONText {
    /// An amount as the venue writes it: text, no exponent.
    static func amount(_ amount: some Amount) -> JSONText { .text(amount.description) }

    /// An amount, or no text where there is none.
    static func amountOrEmpty(_ amount: (some Amount)?) -> JSONText {
        .text(amount.map(\.description) ?? "")
    }
}
