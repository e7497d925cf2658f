/// A price and what rests there.
public struct BookLevel: Hashable, Sendable {
    /// In quote units for one base unit.
    public var price: Price
    /// In base units; zero deletes the level in an update.
    public var quantity: Quantity

    /// Makes a level.
    @inlinable
    public init(price: Price, quantity: Quantity) {
        self.price = price
        self.quantity = quantity
    }
}
