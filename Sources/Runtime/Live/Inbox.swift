internal import Network
internal import Synchronization
internal import Trading

/// What other threads tell the engine's.
enum LiveNote: Sendable {
    /// What came of a request, by the place of its desk.
    case answered(desk: Int, ticket: UInt64, HTTPOutcome)
    /// A market's data broke the rules.
    case fault(MarketFaulted)
    /// Something that a person may want to know.
    case trouble(String)
}

/// Where everything from other threads waits for the engine's.
///
/// Notes are kept in their order, every one. Of each instrument's market only what it has become
/// waits: a newer book replaces an older one, and trades are added up.
package final class Inbox: Sendable {
    private struct Waiting {
        var notes: [LiveNote] = []
        var slices: [MarketSlice?]
    }

    private let waiting: Mutex<Waiting>
    private let wake: @Sendable () -> Void

    /// Makes an inbox for this many instruments.
    ///
    /// - Parameters:
    ///   - instruments: How many there are.
    ///   - wake: Called after everything that comes, from the thread that brought it.
    init(instruments: Int, wake: @escaping @Sendable () -> Void) {
        waiting = Mutex(Waiting(slices: Array(repeating: nil, count: instruments)))
        self.wake = wake
    }

    /// Adds a note.
    func post(_ note: LiveNote) {
        waiting.withLock { $0.notes.append(note) }
        wake()
    }

    /// Adds what changed in a market.
    func post(_ slice: MarketSlice) {
        let place = Int(slice.instrument.rawValue)
        waiting.withLock { waiting in
            if waiting.slices[place] == nil {
                waiting.slices[place] = slice
            } else {
                waiting.slices[place]?.absorb(slice)
            }
        }
        wake()
    }

    /// Gives what waits, notes first.
    func take() -> (notes: [LiveNote], slices: [MarketSlice]) {
        waiting.withLock { waiting in
            defer {
                waiting.notes = []
                for place in waiting.slices.indices { waiting.slices[place] = nil }
            }
            return (waiting.notes, waiting.slices.compactMap { $0 })
        }
    }
}
