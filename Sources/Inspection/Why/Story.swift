internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// An event of a story, with what was known once it had happened.
struct Moment {
    /// Its place, and the commit that made it durable.
    let link: EventLink
    /// The event.
    let envelope: EventEnvelope
    /// What it is about.
    let subject: EventSubject
    /// What it means, in words.
    let words: String
    /// Its payload, field by field.
    let payload: Document
    /// The signal that caused it, in words, where that is not of the same chain.
    let outsideCause: String?
    /// The order that it is about, as it stood then.
    let order: Order?
    /// The deal that it is about, as it stood then.
    let deal: Deal?
    /// The position in its instrument then.
    let position: Position?
    /// What was held of the base and the quote asset then.
    let holdings: [Holding]

    var sequence: UInt64 { link.sequence }
    var time: Timestamp { envelope.time }
    var event: Event { envelope.event }
}

/// What is held of an asset.
struct Holding: Hashable {
    let asset: String
    /// Locked parts included.
    let total: Money
    /// What is free for new orders.
    let available: Money
}

/// How far a source of inputs was read around an event.
struct SourceReach: Hashable {
    let name: String
    let contentHash: String
    /// The last line read before the batch of the event.
    let after: UInt64
    /// The last line read when the batch was committed.
    let through: UInt64
    /// The event that says so; zero where nothing was marked.
    let mark: UInt64

    /// Whether the journal tells how far the source was read.
    var isMarked: Bool { mark > 0 }
}

/// What a journal tells of one chain of cause and effect, in order, with the states it met.
final class Story {
    /// The events of the chain, and the funding of its deal.
    private(set) var moments: [Moment] = []
    /// The state before the first event of the chain.
    let origin: TradingState
    /// The states before the events that were asked for.
    private(set) var before: [UInt64: TradingState] = [:]
    /// How far the inputs were read in the batches of those events.
    private(set) var reaches: [UInt64: [SourceReach]] = [:]
    /// The state at the end of the walk.
    var end: TradingState { fold.state }
    /// Where damage ended the search for the chain, in words; `nil` where all was read.
    let readingEnd: String?

    private var fold: EventFold
    private let links: [UInt64: EventLink]
    private let asked: [UInt64]
    private var failure: ReplayFailure?
    /// The deal of the chain, and its instrument.
    private var deal = DealID.none
    private var instrument: InstrumentID?
    /// The newest signal outside the chain: it may be what closes the deal.
    private var passedSignal: (sequence: UInt64, words: String) = (.max, "")

    /// Tells the chain that begins with `root`.
    ///
    /// - Parameters:
    ///   - root: The first event; it may be archived.
    ///   - states: The journal.
    ///   - isAsked: The events whose state before and inputs are wanted.
    /// - Throws: `JournalError`, `ReplayFailure` and ``CommandFailure``.
    init(
        from root: UInt64,
        in states: StateReader,
        asking isAsked: (EventLink) -> Bool
    ) throws {
        let (links, damage) = try states.reader.chain(from: root)
        readingEnd = damage.map {
            "what comes after event \(links.last?.sequence ?? root) is not known: \($0)"
        }
        let begin = max(root, try states.reader.firstSequence())
        origin = try states.replay(to: .sequence(begin - 1)).replay.state
        fold = EventFold(
            from: origin,
            leavingOut: states.reader.passedOverEvents(from: begin)
        )
        self.links = Dictionary(links.map { ($0.sequence, $0) }, uniquingKeysWith: { $1 })
        asked = links.filter(isAsked).map(\.sequence)
        guard let last = links.last?.sequence else { return }
        try walk(states.reader, from: begin, to: last)
        // What a deal that is still open is paid or charged belongs to it too.
        if isOpen, damage == nil { try walk(states.reader, from: last + 1, to: .max) }
    }

    private var isOpen: Bool { end.deals.contains(deal) }

    private func walk(_ reader: JournalReader, from begin: UInt64, to last: UInt64) throws {
        var options = ReadOptions()
        options.copies = true
        options.last = last
        try reader.forEachBatch(from: begin, options: options) { (batch) throws(JournalError) in
            let header = batch.header
            var events = batch.events()
            while let view = events.next() {
                if view.sequence < begin || view.sequence <= end.head.rawValue { continue }
                // The batch of the last event is read to its end: the mark stands there.
                do throws(ReplayFailure) {
                    try take(view, header)
                } catch {
                    failure = error
                    return .stop
                }
            }
            return .proceed
        }
        if let failure { throw failure }
    }

    private func take(_ view: EventView, _ header: BatchHeader) throws(ReplayFailure) {
        if asked.contains(view.sequence) {
            before[view.sequence] = fold.state
            reaches[view.sequence] = fold.state.sources.map { source in
                SourceReach(
                    name: source.name,
                    contentHash: source.contentHash,
                    after: source.line,
                    through: source.line,
                    mark: 0
                )
            }
        }
        if try fold.passOver(view) != nil { return }
        let link = links[view.sequence]
        switch EventKind(rawValue: view.kind) {
        case .inputsMarked: try mark(view, link)
        case .fundingSettled where link == nil, .correctionMade where link == nil:
            try takeBeside(view, header)
        case .signalReceived where link == nil:
            let envelope = try fold.envelope(view)
            if case .signalReceived(let it) = envelope.event {
                passedSignal = (view.sequence, "by \(it.id) (\(it.side.name), score \(it.score))")
            }
            try fold.take(envelope)
        default:
            guard let link else { return try fold.pass(view) }
            try keep(try fold.envelope(view), link)
        }
    }

    /// Takes a mark of the inputs: it closes the batch of an event that was asked for.
    private func mark(_ view: EventView, _ link: EventLink?) throws(ReplayFailure) {
        let envelope = try fold.envelope(view)
        if case .inputsMarked(let mark) = envelope.event {
            let place = Int(mark.source.rawValue)
            for sequence in asked {
                guard let batch = links[sequence]?.batch, batch.contains(view.sequence),
                    let reach = reaches[sequence]?[place]
                else { continue }
                reaches[sequence]?[place] = SourceReach(
                    name: reach.name,
                    contentHash: reach.contentHash,
                    after: reach.after,
                    through: mark.line,
                    mark: view.sequence
                )
            }
        }
        if let link { try keep(envelope, link) } else { try fold.take(envelope) }
    }

    /// Takes what changed the deal from outside its chain: its funding, and corrections.
    private func takeBeside(_ view: EventView, _ header: BatchHeader) throws(ReplayFailure) {
        let envelope = try fold.envelope(view)
        let isOurs: Bool
        switch envelope.event {
        case .fundingSettled(let funding): isOurs = isOpen && funding.instrument == instrument
        default:
            let subject = EventSubject(envelope, before: fold.state)
            isOurs = deal != .none && subject.deal == deal
        }
        guard isOurs else { return try fold.take(envelope) }
        try keep(envelope, EventLink(view, header))
    }

    private func keep(_ envelope: EventEnvelope, _ link: EventLink) throws(ReplayFailure) {
        let subject = EventSubject(envelope, before: fold.state)
        let words = EventWords(state: fold.state).text(envelope)
        let payload = EventDocument(state: fold.state).payload(envelope)
        let dealBefore = subject.deal.flatMap { fold.state.deals[$0] }
        try fold.take(envelope)
        let state = fold.state
        if deal == .none, let found = subject.deal {
            deal = found
            instrument = subject.instrument
        }
        let held = subject.instrument.flatMap { id in
            state.instruments.first { $0.instrument.id == id }
        }
        moments.append(
            Moment(
                link: link,
                envelope: envelope,
                subject: subject,
                words: words,
                payload: payload,
                outsideCause: passedSignal.sequence == link.cause ? passedSignal.words : nil,
                order: subject.order.flatMap { state.order($0) },
                deal: subject.deal.flatMap { state.deals[$0] } ?? dealBefore,
                position: held?.position,
                holdings: held.map { state.holdings(of: $0.instrument) } ?? []
            )
        )
    }
}

extension TradingState {
    /// What is held of the assets of an instrument.
    func holdings(of instrument: Instrument) -> [Holding] {
        [instrument.base, instrument.quote].map { asset in
            Holding(
                asset: name(of: asset),
                total: balance(asset),
                available: available(asset)
            )
        }
    }
}

extension Story {
    /// The events about an order, its intent first.
    func moments(of order: OrderID) -> [Moment] { moments.filter { $0.subject.order == order } }

    /// The event that opened the deal; `nil` where it is archived, or where there is none.
    var opening: Moment? {
        moments.first { if case .dealOpened = $0.event { true } else { false } }
    }

    /// The signal that began the chain.
    var signal: Moment? {
        moments.first { if case .signalReceived = $0.event { true } else { false } }
    }

    /// The refusal of an entry.
    var refusal: Moment? {
        moments.first { if case .orderRefused = $0.event { true } else { false } }
    }

    /// The end of the deal.
    var closing: Moment? {
        moments.first { if case .dealClosed = $0.event { true } else { false } }
    }

    /// The intents of orders, in order.
    var intents: [Moment] {
        moments.filter { if case .orderIntended = $0.event { true } else { false } }
    }
}
