import Engine
import Journal
import Platform
import Projections
import TestSupport
import Testing
import Trading

@testable import Runtime

@Suite(.temporaryDirectory) struct `Where rescue records` {
    private let path = TemporaryDirectory.path + "/journal"
    private let state = TemporaryDirectory.path + "/state"
    private let voice = RescueRun.Voice { _ in }

    private func plan() throws -> RunPlan {
        let parsed = try Sample.parse(Sample.spot)
        var plan = try RunPlan(parsed, journal: path, tapes: [], program: "test")
        plan.stateDirectory = state
        plan.scanner = FileSystem.parent(of: try CurrentProcess.executablePath()) + "/holdfast"
        return plan
    }

    private var options: WriterOptions {
        var options = WriterOptions(stateDirectory: state)
        options.scan = .inProcess
        return options
    }

    /// A journal of two bitcoins that an entry bought.
    private func write(
        _ mode: JournalMode = .live,
        configuration: String = ""
    ) throws {
        var scene = ReconcileScene(.spot)
        let entry = scene.intend("entry buy 2")
        scene.accept(entry)
        scene.fill(entry, "2")
        if !configuration.isEmpty {
            let applied = ConfigurationApplied(hash: configuration, text: "")
            scene.turn.emit(.configurationApplied(applied))
        }
        var events = scene.turn.events
        let began = Event.journalBegan(JournalBegan(tag: "abcd", mode: mode))
        events[0] = EventEnvelope(
            sequence: events[0].sequence,
            time: events[0].time,
            trace: events[0].trace,
            cause: events[0].cause,
            event: began
        )
        let genesis = Genesis(
            epoch: 1,
            time: scene.turn.time.nanoseconds,
            events: events.map { NewEvent($0) }
        )
        _ = try JournalWriter.create(path, genesis: genesis, options: options)
    }

    /// Adds an event, as an engine does.
    private func append(to journal: String, _ options: WriterOptions) throws {
        let writer = try JournalWriter.open(journal, options: options)
        var epoch = try ToolEpoch(writer, program: "test")
        let text = ErrorRecorded(severity: .warning, text: "later")
        try epoch.append(.errorRecorded(text))
        try epoch.commit()
    }

    private func head() throws -> UInt64 { try JournalReader.open(path).head().sequence }

    @Test(arguments: [JournalMode.tape, .paper])
    func `is nowhere for a journal of tapes or of paper: it holds nothing at a venue`(
        mode: JournalMode
    ) throws {
        try write(mode)
        let before = try head()
        #expect(throws: RunFailure.self) { try RescueRecord(try plan(), voice) }
        let printing = RescueRun.Voice(say: { _ in }, record: { _ in })
        #expect(throws: RunFailure.self) { try RescueRecord(try plan(), printing) }
        #expect(try head() == before)
    }

    /// Without it a venue cannot be asked about any order of ours.
    @Test func `is nowhere where the first event is lost, which holds the mark of our orders`()
        throws
    {
        let view = RescueView(TradingState(), of: JournalID(low: 1, high: 2))
        let failure = #expect(throws: RunFailure.self) { try view.requireConfiguration(try plan()) }
        #expect(failure?.isRefusal == true)
        #expect(failure?.description.contains("first event is lost") == true)
    }

    @Test func `is nowhere for a journal of another configuration`() throws {
        try write(configuration: String(repeating: "0f", count: 32))
        let before = try head()
        let failure = #expect(throws: RunFailure.self) { try RescueRecord(try plan(), voice) }
        #expect(failure?.isRefusal == true)
        #expect(failure?.description.contains("another configuration") == true)
        #expect(try head() == before)
    }

    @Test func `is the journal where it can be written`() throws {
        try write(configuration: try plan().configurationHash)
        let record = try RescueRecord(try plan(), voice)
        #expect(record.book.place == "journal" && record.view.doubt == nil)
        #expect(record.book.state.instruments[0].position.quantity == quantity("2"))
    }

    @Test func `is beside an older copy that was put back, by which nothing may be closed`() throws
    {
        try write()
        let (copy, aside) = (path + "-old", path + "-newer")
        try FileSystem.copyTreeDurably(path, to: copy)
        try append(to: path, options)
        try FileSystem.rename(path, to: aside)
        try FileSystem.rename(copy, to: path)
        let status = try RescueRun.status(
            try plan(),
            asksVenue: false,
            patience: .second,
            say: { _ in }
        )
        #expect(!status.isInOrder && !status.isNewest && status.isReplayed)
        #expect(status.warnings.contains { $0.contains("what came after is lost") })
        let record = try RescueRecord(try plan(), voice)
        #expect(record.book.place.hasSuffix(".side"))
        #expect(record.view.doubt?.code == .rolledBack)
    }

    @Test func `is beside a journal whose witness was taken away`() throws {
        try write()
        try FileSystem.removeFile(path + "/witness")
        let record = try RescueRecord(try plan(), voice)
        #expect(record.view.doubt?.code == .witnessMissing)
    }

    /// As a process that writes the journal holds it.
    private func held(_ body: () throws -> Void) throws {
        guard case .acquired(let lock) = try LockFile.acquire(path + "/writer.lock") else {
            Issue.record("the lock is not free")
            return
        }
        try body()
        withExtendedLifetime(lock) {}
    }

    @Test func `is nowhere beside an engine that could not learn of it, which has to end`() throws {
        try write()
        let printing = RescueRun.Voice(say: { _ in }, record: { _ in })
        try held {
            let failure = #expect(throws: RunFailure.self) {
                try RescueRecord(try plan(), printing)
            }
            #expect(failure?.isRefusal == true)
            let command = "kill -KILL \(CurrentProcess.id)"
            #expect(failure?.description.contains(command) == true)
        }
        #expect(try RescueRecord(try plan(), printing).book.place == "standard output")
    }

    @Test func `is nowhere in a state directory that is not the engine's`() throws {
        try write()
        var other = try plan()
        other.stateDirectory = state + "-of-another"
        try held {
            let failure = #expect(throws: RunFailure.self) { try RescueRecord(other, voice) }
            #expect(failure?.isRefusal == true)
            #expect(failure?.description.contains("keeps its state elsewhere") == true)
        }
        let store = SideJournalStore(
            stateDirectory: other.stateDirectory,
            journal: try RescueView.journalID(path)
        )
        #expect(!store.hasPending)
        let status = try RescueRun.status(
            other,
            asksVenue: false,
            patience: .second,
            say: { _ in }
        )
        #expect(status.warnings.contains { $0.contains("keeps its state elsewhere") })
        // Nor where it can be written: what rescue sold before may be recorded there.
        let before = try head()
        let failure = #expect(throws: RunFailure.self) { try RescueRecord(other, voice) }
        #expect(failure?.description.contains("--without-record") == true)
        #expect(try head() == before)
        let printing = RescueRun.Voice(say: { _ in }, record: { _ in })
        let record = try RescueRecord(other, printing)
        #expect(record.notes.contains { $0.contains("keeps its state elsewhere") })
    }

    @Test func `is beside an engine before that is believed to have ended its own`() throws {
        try write()
        let (newer, older, journal) = (path + "-newer", path + "-older", path)
        try FileSystem.copyTreeDurably(path, to: newer)
        var apart = options
        apart.witnesses = .innerOnly
        try append(to: newer, apart)
        let store = SideJournalStore(
            stateDirectory: state,
            journal: try RescueView.journalID(path)
        )
        // What an engine writes while rescue begins, all at once.
        let engine = try WorkerThread {
            while !store.hasPending { Clock.pause(nanoseconds: 1_000_000) }
            do throws(PlatformError) {
                try FileSystem.rename(journal, to: older)
                try FileSystem.rename(newer, to: journal)
            } catch {
                Issue.record("\(error)")
            }
        }
        let before = try head()
        try held {
            let record = try RescueRecord(try plan(), voice)
            #expect(record.book.place.hasSuffix(".side"))
            #expect(record.view.state.head.rawValue > before)
        }
        engine.join()
    }
}

@Suite(.temporaryDirectory) struct `An engine that meets an order of rescue` {
    private let store = SideJournalStore(
        stateDirectory: TemporaryDirectory.path,
        journal: JournalID(low: 1, high: 2)
    )
    private let order = SideSample.beginning.orderID(1)

    @Test func `knows what a side journal tells, imported or not`() throws {
        let watch = RescueWatch(store)
        try store.add(SideSample.exit)
        watch.meet(order, tag: "tagg")
        try store.markImported(SideSample.beginning)
        watch.meet(order, tag: "tagg")
        #expect(!watch.isUnexplained)
    }

    @Test func `sends nothing but cancels where none tells of it`() {
        let watch = RescueWatch(store)
        watch.meet(order, tag: "copy")
        #expect(!watch.holdsBack)
        watch.meet(order, tag: "tagg")
        #expect(watch.holdsBack)
    }

    @Test func `is told by the private stream`() throws {
        let scene = try LiveScene()
        defer { scene.close() }
        var met: [String] = []
        scene.world.meetRescue = { met.append("\($0)") }
        func report(_ name: String) -> [UInt8] {
            Array(
                """
                {"e":"executionReport","E":1,"s":"BTCUSDT","c":"\(name)","S":"SELL","o":"MARKET",\
                "f":"GTC","q":"1","p":"0","P":"0","C":"","x":"TRADE","X":"FILLED","r":"NONE",\
                "i":7,"l":"1","z":"1","L":"10","n":"0.1","N":"USDT","T":1,"t":9,"w":true,\
                "m":false,"Z":"10"}
                """.utf8
            )
        }
        scene.world.take(report("somebody"), 0)
        scene.take()
        #expect(met.isEmpty)
        scene.world.take(report("\(order)"), 0)
        scene.take()
        #expect(!met.isEmpty && met.allSatisfy { $0 == "\(order)" })
    }
}
