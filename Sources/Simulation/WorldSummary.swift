/// What a simulated world came to.
package struct WorldSummary: Sendable, Equatable {
    /// What it was drawn from.
    package let seed: UInt64
    /// How long it lived.
    package let nanoseconds: Int64
    /// Messages of the exchange.
    package let messages: UInt64
    /// Requests that reached it.
    package let requests: UInt64
    /// Orders of ours that it saw.
    package let orders: Int
    /// Fills of ours.
    package let fills: Int
    /// Faults that were made.
    package let faults: Int
    /// Starts of the engine.
    package let starts: Int
    /// Events of the journal.
    package let events: UInt64
    /// Deals that were closed.
    package let deals: UInt64
    /// The chain hash of the journal's end.
    package let hash: String
    /// The longest time a position was without a stop while the engine traded, in nanoseconds.
    package let longestBare: Int64
}
