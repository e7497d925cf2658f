import Journal
import Platform
import SuiteSupport

/// A short life of a journal, written through the Journal module by a process that is recorded.
///
/// It says on standard output what is acknowledged, as soon as the call that promises it returns.
struct StateScript: Sendable {
    /// Where the journal and its state directory are made, below the recorded directory.
    var journal = "journal"
    var state = "state"
    var segmentLimit = 1 << 30
    /// What it writes.
    let body: @Sendable (inout Pen) throws -> Void

    init(_ body: @escaping @Sendable (inout Pen) throws -> Void) { self.body = body }

    /// Runs it below a directory.
    func run(in top: String) throws {
        var options = WriterOptions(stateDirectory: top + "/" + state)
        options.scan = .inProcess
        options.segmentLimit = segmentLimit
        options.mapSize = 64 << 20
        var pen = Pen(directory: top + "/" + journal, options: options)
        try body(&pen)
    }

    /// The scripts, by name.
    static let all: [String: StateScript] = {
        var scripts: [String: StateScript] = [
            "genesis": StateScript { pen in try pen.create() },
            "order life": StateScript { pen in
                try pen.create()
                for index in 0..<36 { try pen.commit([90 + index * 37 % 160]) }
            },
            "group commit": StateScript { pen in
                try pen.create()
                for index in 0..<10 {
                    try pen.commit((0..<(20 + index * 23 % 60)).map { 60 + $0 * 31 % 200 })
                }
            },
            "long batches": StateScript { pen in
                try pen.create()
                for index in 0..<5 { try pen.commit([9000 + index * 4096, 40]) }
            },
            "witnesses synced": StateScript { pen in
                try pen.create()
                for _ in 0..<3 {
                    for _ in 0..<4 { try pen.commit([120]) }
                    Clock.pause(nanoseconds: 1_050_000_000)
                }
            },
            "snapshots": StateScript { pen in
                try pen.create()
                for index in 0..<6 {
                    for _ in 0..<2 { try pen.commit([200]) }
                    try pen.snapshot(700 + index * 900)
                }
            },
            "clean stop and new epoch": StateScript { pen in
                try pen.create()
                for _ in 0..<3 {
                    for _ in 0..<3 { try pen.commit([150]) }
                    try pen.stop()
                    try pen.open()
                }
                try pen.commit([150])
            },
            "after a kill": StateScript { pen in
                try pen.open()
                for _ in 0..<4 { try pen.commit([300]) }
                try pen.stop()
            },
            // Each promises too early, or too much: what must be noticed.
            "eager": StateScript { pen in
                try pen.create()
                for _ in 0..<12 {
                    try pen.say("ACK \(pen.head + 1)")
                    try pen.commit([150])
                }
            },
        ]
        var nested = StateScript { pen in
            try pen.create()
            for _ in 0..<3 { try pen.commit([100]) }
        }
        nested.journal = "data/here/journal"
        nested.state = "etc/there/state"
        scripts["genesis in new directories"] = nested
        var rotating = StateScript { pen in
            try pen.create()
            for _ in 0..<24 { try pen.commit([1500, 700]) }
        }
        rotating.segmentLimit = 32 << 10
        scripts["segment full"] = rotating
        return scripts
    }()
}

/// Writes a journal and says what is promised.
struct Pen {
    let directory: String
    let options: WriterOptions
    private var writer: JournalWriter?

    init(directory: String, options: WriterOptions) {
        self.directory = directory
        self.options = options
    }

    /// The last sequence number that was committed.
    var head: UInt64 { writer?.head.sequence ?? 0 }

    /// Says a line.
    func say(_ line: String) throws { try Terminal.write(line + "\n", to: .output) }

    private func acknowledge(_ head: Head) throws {
        try say("ACK \(head.sequence) \(head.chainHash)")
    }

    private func existing() throws -> JournalWriter {
        guard let writer else { throw SuiteFailure("the script has no journal open") }
        return writer
    }

    private static func event(_ size: Int, _ salt: UInt64) -> NewEvent {
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: ($0 &* 7) ^ Int(salt)) }
        return NewEvent(kind: 1, time: Int64(salt), payload: payload)
    }

    /// Makes the journal.
    mutating func create() throws {
        let genesis = Genesis(time: 1, events: [Self.event(60, 1)])
        let made = try JournalWriter.create(directory, genesis: genesis, options: options)
        writer = made
        try acknowledge(made.head)
        try say("EPOCH \(made.epoch)")
    }

    /// Opens the journal and begins an epoch.
    mutating func open() throws {
        let opened = try JournalWriter.open(directory, options: options)
        writer = opened
        try acknowledge(opened.head)
        try opened.beginEpoch(opened.epoch + 1)
        try say("EPOCH \(opened.epoch)")
    }

    /// Commits one batch with events of these sizes.
    func commit(_ sizes: [Int]) throws {
        let writer = try existing()
        for size in sizes { try writer.append(Self.event(size, writer.nextSequence)) }
        try writer.commit(at: Int64(writer.head.sequence))
        try acknowledge(writer.head)
    }

    /// Saves a snapshot with a body of this size.
    func snapshot(_ size: Int) throws {
        let writer = try existing()
        let store = SnapshotStore(directory: writer.directory, journalID: writer.journalID)
        let body = [UInt8](repeating: UInt8(truncatingIfNeeded: size), count: size)
        try store.save(head: writer.head, stateHash: writer.head.chainHash, body: body)
        try say("SNAPSHOT \(writer.head.sequence)")
    }

    /// Stops in order.
    mutating func stop() throws {
        try snapshot(300)
        try existing().syncWitnesses()
        writer = nil
    }
}
