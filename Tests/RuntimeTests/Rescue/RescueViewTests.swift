import Engine
import Journal
import Platform
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite(.temporaryDirectory) struct `What rescue reads of a journal` {
    private let path = TemporaryDirectory.path + "/journal"
    private let state = TemporaryDirectory.path + "/state"

    private func plan() throws -> RunPlan {
        let parsed = try Sample.parse(Sample.spot)
        var plan = try RunPlan(parsed, journal: path, tapes: [], program: "test")
        plan.stateDirectory = state
        return plan
    }

    /// A journal of what a scene has done, with events behind it that need not be foldable.
    private func write(_ behind: [Event]) throws {
        var scene = ReconcileScene(.spot)
        let entry = scene.intend("entry buy 2")
        scene.accept(entry)
        var events = scene.turn.events
        for event in behind {
            let sequence = events.count + 1
            events.append(
                EventEnvelope(
                    sequence: SequenceNumber(UInt64(sequence)),
                    time: scene.turn.time,
                    trace: TraceID(UInt64(sequence)),
                    cause: SequenceNumber(0),
                    event: event
                )
            )
        }
        try #require(events.first?.sequence == SequenceNumber(1))
        let genesis = Genesis(
            epoch: 1,
            time: scene.turn.time.nanoseconds,
            events: events.map { NewEvent($0) }
        )
        let options = WriterOptions(stateDirectory: state)
        _ = try JournalWriter.create(path, genesis: genesis, options: options)
    }

    private func fill(_ order: UInt64) -> Event {
        let execution = Execution(
            id: VenueID(5),
            price: price("100"),
            quantity: quantity("2"),
            fee: .zero,
            feeAsset: AssetID(0),
            liquidity: .taker
        )
        let filled = OrderFilled(order: OrderID(order), report: 9, execution: execution)
        return .orderFilled(filled)
    }

    private var entry: UInt64 {
        var scene = ReconcileScene(.spot)
        return scene.intend("entry buy 2").rawValue
    }

    private let poison = Event.orderAccepted(
        OrderAccepted(order: OrderID(99), report: 8, venueOrder: VenueID(1))
    )

    @Test func `is all of it where it can be replayed`() throws {
        try write([fill(entry)])
        let view = try RescueView(try plan())
        #expect(view.obstacle == nil)
        #expect(view.state.instruments[0].position.quantity == quantity("2"))
    }

    @Test func `is what fits behind an event that cannot be folded`() throws {
        try write([poison, fill(entry)])
        #expect(throws: ReplayFailure.self) { try Replay.state(of: path) }
        let view = try RescueView(try plan())
        #expect(view.obstacle?.contains("order 99") == true)
        #expect(view.taken == 1)
        // Damage is no proof that something newer was lost.
        #expect(view.doubt == nil && !view.isElsewhere)
        #expect(view.state.instruments[0].position.quantity == quantity("2"))
        #expect(!RescueStatus(view.state, obstacle: view.obstacle).isInOrder)
    }

    @Test func `is every intact batch where no tree of it can be read`() throws {
        try write([fill(entry)])
        let data = path + "/segments/00000000000000000001/data.mdb"
        let metaPages = [UInt8](repeating: 0, count: 8192)
        try File(path: data, mode: .create).write(metaPages.span, at: 0)
        let view = try RescueView(try plan())
        #expect(view.obstacle != nil && view.doubt == nil)
        #expect(view.state.instruments[0].position.quantity == quantity("2"))
    }

    @Test func `is doubted where it is damaged and a witness saw more`() throws {
        try write([fill(entry)])
        let copy = path + "-old"
        try FileSystem.copyTreeDurably(path, to: copy)
        var options = WriterOptions(stateDirectory: state)
        options.scan = .inProcess
        var epoch = try ToolEpoch(try JournalWriter.open(path, options: options), program: "")
        try epoch.end()
        try FileSystem.removeTree(path)
        try FileSystem.rename(copy, to: path)
        let data = path + "/segments/00000000000000000001/data.mdb"
        let metaPages = [UInt8](repeating: 0, count: 8192)
        try File(path: data, mode: .create).write(metaPages.span, at: 0)
        let view = try RescueView(try plan())
        #expect(view.obstacle != nil && view.doubt?.code == .rolledBack)
    }

    @Test func `counts in what waits beside it, until the journal says that it is imported`() throws
    {
        try write([fill(entry)])
        let view = try RescueView(try plan())
        let store = SideJournalStore(stateDirectory: state, journal: view.journal)
        var beginning = SideSample.beginning
        beginning.journal = "\(view.journal)"
        beginning.tag = view.state.tag
        beginning.head = 1
        let name = "\(beginning.orderID(1))"
        var side = SideJournal(beginning, at: view.state.time)
        _ = side.add(SideSample.event(SideSample.intent(), order: name))
        _ = side.add(SideSample.event(SideSample.fill(), order: name))
        try store.add(side)
        #expect(store.hasPending)
        let counted = try RescueView(try plan())
        #expect(counted.sides.map(\.beginning) == [beginning])
        #expect(counted.state.instruments[0].position.quantity.isZero)
        var options = WriterOptions(stateDirectory: state)
        options.scan = .inProcess
        let writer = try JournalWriter.open(path, options: options)
        var epoch = try JournalImport.intoJournal(writer, store, try plan())
        #expect(epoch.state.instruments[0].position.quantity.isZero)
        #expect(!store.hasPending)
        // As if it had been killed before the name changed.
        try store.add(side)
        let fills = epoch.state.metrics.fills
        try epoch.end()
        #expect(try RescueView.notImported([side], try writer.reader()).isEmpty)
        #expect(fills == 2)
    }

    @Test func `is refused where a side journal is of another journal`() throws {
        try write([])
        let view = try RescueView(try plan())
        let store = SideJournalStore(stateDirectory: state, journal: view.journal)
        try store.add(SideSample.exit)
        #expect(throws: RunFailure.self) { try RescueView(try plan()) }
    }
}
