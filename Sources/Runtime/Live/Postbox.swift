internal import Synchronization

/// Things that wait for a thread which looks after them when it has time.
final class Postbox<Thing: Sendable>: Sendable {
    private let waiting = Mutex<[Thing]>([])

    /// Adds a thing.
    func put(_ thing: Thing) { waiting.withLock { $0.append(thing) } }

    /// Gives what waits, oldest first.
    func take() -> [Thing] {
        waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}
