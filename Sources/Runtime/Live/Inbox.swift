internal import Network
internal import Platform
internal import Synchronization
internal import Trading

/// What other threads tell the engine's.
enum LiveNote: Sendable {
    /// What came of a request.
    case answered(ticket: UInt64, HTTPOutcome)
    /// A message of a private stream, by the place of its desk.
    case message([UInt8], desk: Int, connection: Int)
    /// A stream opened or was lost, by the place of its desk.
    case stream(StreamNews, desk: Int, connection: Int)
    /// A market's data broke the rules.
    case fault(MarketFaulted)
    /// Something that a person may want to know.
    case trouble(String)
}

/// What became of a stream.
enum StreamNews: Hashable, Sendable {
    /// It is open, signed in and subscribed.
    case ready
    /// It is gone; a sentence says why.
    case lost(String)
}

/// Where everything from other threads waits for the engine's.
///
/// Notes are kept in their order, every one. Of each instrument's market only what it has become
/// waits: a newer book replaces an older one, and trades are added up.
final class Inbox: Sendable {
    private struct Waiting {
        var notes: [LiveNote] = []
        var slices: [MarketSlice?]
    }

    private let waiting: Mutex<Waiting>
    private let bell: Doorbell

    /// Makes an inbox for this many instruments.
    init(instruments: Int) throws(PlatformError) {
        waiting = Mutex(Waiting(slices: Array(repeating: nil, count: instruments)))
        bell = try Doorbell()
    }

    /// Adds a note.
    func post(_ note: LiveNote) {
        waiting.withLock { $0.notes.append(note) }
        bell.ring()
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
        bell.ring()
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

    /// Waits until something is there, the process is asked to stop, or a time has come.
    func wait(until deadline: Int64) {
        bell.wait(until: deadline, orReadable: StopSignals.descriptor)
    }
}
