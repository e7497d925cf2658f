internal import Journal
internal import Trading

/// Where an event lies: its place in cause and effect, and the commit that made it durable.
struct EventLink: Hashable {
    /// Its place in the journal.
    let sequence: UInt64
    /// The event that began what it belongs to.
    let trace: UInt64
    /// The event that caused it; zero for none.
    let cause: UInt64
    /// The number of its kind.
    let kind: UInt16
    /// The events of its batch.
    let batch: ClosedRange<UInt64>
    /// When the batch was committed.
    let committed: Timestamp
    /// The epoch that wrote it.
    let epoch: UInt32

    init(_ view: EventView, _ header: BatchHeader) {
        sequence = view.sequence
        trace = view.trace
        cause = view.cause
        kind = view.kind
        batch = header.firstSequence...max(header.firstSequence, header.lastSequence)
        committed = Timestamp(nanoseconds: header.commitTime)
        epoch = header.epoch
    }

    /// The event above it: what began its trace, or where it began one itself, what caused it.
    var parent: UInt64? {
        let above = trace == sequence ? cause : trace
        return above > 0 && above < sequence ? above : nil
    }
}

/// The events of one chain of cause and effect.
///
/// An event belongs to it when the event that began its trace, or the one that caused it, does. A
/// trace alone does not tell: a deal that a signal opens begins a trace of its own.
struct EventChain {
    /// The first event.
    let root: UInt64
    private var members: Set<UInt64>

    /// A chain that begins with an event.
    init(from root: UInt64) {
        self.root = root
        members = [root]
    }

    /// Whether an event belongs to the chain; to be asked of every event from the first on.
    mutating func takes(sequence: UInt64, trace: UInt64, cause: UInt64) -> Bool {
        guard sequence == root || members.contains(trace) || members.contains(cause) else {
            return false
        }
        members.insert(sequence)
        return true
    }
}

extension JournalReader {
    /// The place of one event; `nil` where the journal does not hold it.
    ///
    /// - Throws: `JournalError`, also where the event was archived.
    func link(_ sequence: UInt64) throws(JournalError) -> EventLink? {
        var found: EventLink?
        try event(sequence) { view, header in found = EventLink(view, header) }
        return found
    }

    /// Hands out one event, if the journal holds it.
    func event(
        _ sequence: UInt64,
        _ body: (EventView, BatchHeader) -> Void
    ) throws(JournalError) {
        var options = ReadOptions()
        options.copies = true
        options.last = sequence
        try forEachBatch(from: sequence, options: options) { (batch) throws(JournalError) in
            batch.forEachEvent { if $0.sequence == sequence { body($0, batch.header) } }
            return .stop
        }
    }

    /// The first event of the chain that an event belongs to; it may be archived.
    func root(of sequence: UInt64) throws(JournalError) -> UInt64 {
        let first = try firstSequence()
        var root = sequence
        while root >= first, let parent = try link(root)?.parent { root = parent }
        return root
    }

    /// The events of the chain that begins with `root`, found without reading their payloads.
    ///
    /// - Parameter root: The first event.
    /// - Returns: The events, and where damage ended the search; `nil` where it came to the head.
    /// - Throws: `JournalError` where it is no damage, or nothing of the chain can be read.
    func chain(
        from root: UInt64
    ) throws(JournalError) -> (links: [EventLink], damage: JournalError?) {
        var chain = EventChain(from: root)
        var links: [EventLink] = []
        var options = ReadOptions()
        options.copies = true
        let begin = max(root, try firstSequence())
        do throws(JournalError) {
            try forEachBatch(from: begin, options: options) { (batch) throws(JournalError) in
                let header = batch.header
                var events = batch.events()
                while let view = events.next() {
                    if view.sequence < begin { continue }
                    if chain.takes(sequence: view.sequence, trace: view.trace, cause: view.cause) {
                        links.append(EventLink(view, header))
                    }
                }
                return .proceed
            }
        } catch {
            guard error.code == .damaged, !links.isEmpty else { throw error }
            return (links, error)
        }
        return (links, nil)
    }
}
