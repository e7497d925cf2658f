internal import Exchange
internal import Trading

/// Which orders of an account a question is about.
struct BybitOrderScope {
    let category: BybitCategory
    let account: Int
    var symbol: String?
    var base: String?
    var settle: String?
    /// The list they are in; `nil` for all lists.
    var filter: BybitOrderNotes.Filter?

    init(_ category: BybitCategory, _ account: Int) {
        self.category = category
        self.account = account
    }

    /// The list that is asked for: on spot the plain orders unless named, else all.
    static func filter(
        _ asked: BybitParameters,
        isSpot: Bool
    ) throws(BybitError) -> BybitOrderNotes.Filter? {
        guard let word = try asked.text("orderFilter") else { return isSpot ? .order : nil }
        if word == "OpenOrder" { return nil }
        guard let filter = BybitOrderNotes.Filter(rawValue: word) else {
            throw BybitError(170202, "Invalid orderFilter parameter.")
        }
        return filter
    }
}

extension BybitFront {
    /// Whether an order is one of those.
    func includes(_ scope: BybitOrderScope, _ order: LocalOrder) -> Bool {
        let market = house.markets[order.wish.market]
        let listing = market.listing
        let kept = notes[order.number]?.filter ?? .order
        return order.account == scope.account && market.venue == scope.category.venue
            && (scope.symbol == nil || scope.symbol == listing.symbol)
            && (scope.base == nil || scope.base == listing.base)
            && (scope.settle == nil || scope.settle == listing.settle)
            && (scope.filter == nil || scope.filter == kept)
    }

    /// An order as the venue writes it.
    func text(of order: LocalOrder) -> BybitOrderText {
        let market = house.markets[order.wish.market]
        return BybitOrderText(
            order: order,
            notes: notes[order.number] ?? BybitOrderNotes(),
            symbol: market.listing.symbol,
            category: BybitCategory(market.venue),
            scale: boards[order.wish.market].scale,
            id: id(of: order),
            link: link(of: order)
        )
    }
}
