internal import Exchange

/// The word that says which set of markets a request is about.
///
/// `inverse` and `option` are known and empty here: clients ask for them on the way.
enum BybitCategory: String {
    case spot
    case linear
    case inverse
    case option

    /// The markets of the house; `nil` for a category that has none here.
    var venue: VenueMarket? {
        switch self {
        case .spot: .bybitSpot
        case .linear: .bybitLinear
        case .inverse, .option: nil
        }
    }

    var isSpot: Bool { self == .spot }

    /// The category of a market of Bybit's.
    init(_ venue: VenueMarket) { self = venue == .bybitSpot ? .spot : .linear }
}
