/// Something that went wrong with a market, as far as its messages tell.
public struct MarketFault: Hashable, Sendable {
    /// What went wrong.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Depth events are missing: the book is lost until the next snapshot.
        case gap
        /// A snapshot ends before the first depth event that is known begins: it is not used.
        case snapshotTooOld
        /// Buyers and sellers overlap after an event or in a snapshot: the book is lost.
        case crossed
        /// The price moved to where a full book had let levels go: the book is lost.
        case outOfSight
        /// More depth events wait for a snapshot than are kept: the oldest were let go.
        case bufferFull
        /// The message is of another market or symbol than the feed: it is not used.
        case wrongInstrument
    }

    /// What went wrong.
    public var kind: Kind
    /// The update that was expected next, or that the book had reached.
    public var expected: Int64
    /// The update that came.
    public var found: Int64

    /// Makes a fault.
    public init(kind: Kind, expected: Int64, found: Int64) {
        self.kind = kind
        self.expected = expected
        self.found = found
    }
}

extension MarketFault: CustomStringConvertible {
    /// A sentence for people, with the updates in question.
    public var description: String {
        switch kind {
        case .gap:
            return "depth events are missing: expected update \(expected) next, found \(found);"
                + " the book waits for a snapshot"
        case .snapshotTooOld:
            return "a snapshot is too old: it ends with update \(found), and the first depth"
                + " event known begins behind \(expected); the book waits for a newer one"
        case .crossed:
            return "buyers and sellers overlap after update \(found);"
                + " the book waits for a snapshot"
        case .outOfSight:
            return "the price moved beyond the levels that are held, by update \(found);"
                + " the book waits for a snapshot (a larger capacity would reach further)"
        case .bufferFull:
            return "too many depth events wait for a snapshot: those up to update \(found) were"
                + " let go"
        case .wrongInstrument:
            return "a message is of another symbol or market than this feed"
        }
    }
}
