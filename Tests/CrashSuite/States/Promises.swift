/// What a recorded program had promised by a moment of its trace.
///
/// A program of the suite says it in marks on its standard output. The shipped programs are held
/// to their witnesses: requests leave as soon as the outer one is written; and to their answer on
/// standard output, which says that all is done.
struct Promises {
    /// Where promises are read from.
    enum Source { case marks, witnesses }

    /// The last sequence number that was acknowledged; 0 for none.
    private(set) var sequence: UInt64 = 0
    private(set) var epoch: UInt32 = 0
    /// The newest snapshot that was acknowledged.
    private(set) var snapshot: UInt64 = 0
    /// Whether a shipped program has said what came of it.
    private(set) var hasAnswered = false

    private let source: Source
    /// The paths of the journal and its state directory in the recorded file system.
    private let journal: String
    private let state: String
    private var synced: [Int: UInt32] = [:]

    init(
        _ source: Source,
        journal: String,
        state: String = "",
        promised: StateTask.Promised? = nil
    ) {
        self.source = source
        self.journal = journal
        self.state = state
        sequence = promised?.sequence ?? 0
        epoch = promised?.epoch ?? 0
        snapshot = promised?.snapshot ?? 0
    }

    /// What a program had promised that said these lines.
    init(said text: String, journal: String) {
        self.init(.marks, journal: journal)
        takeMarks(text)
    }

    /// Takes a call that the model has taken.
    ///
    /// - Returns: Whether more is promised now.
    mutating func take(_ record: Trace.Record, _ model: DiskModel) throws -> Bool {
        let before = (sequence, epoch, snapshot, hasAnswered)
        switch (source, record.kind) {
        case (.marks, .mark):
            takeMarks(String(decoding: model.trace.bytes[record.data], as: UTF8.self))
        case (.witnesses, .mark): hasAnswered = true
        case (.witnesses, .write):
            let node = try model.node(of: record)
            // Before a journal has its name its witnesses promise nothing.
            if let slot = WitnessBytes(model.trace.bytes[record.data]), isOuter(node, model) {
                synced[node] = slot.epoch
                if model.node(at: journal) != nil { sequence = max(sequence, slot.sequence) }
            }
        case (.witnesses, .sync):
            let node = try model.node(of: record)
            if let witnessed = synced[node], sequence > 0 { epoch = max(epoch, witnessed) }
        default: break
        }
        return before != (sequence, epoch, snapshot, hasAnswered)
    }

    private func isOuter(_ node: Int, _ model: DiskModel) -> Bool {
        guard let directory = model.node(at: state) else { return false }
        return model.nodes[directory].liveNames.values.contains(node)
    }

    private mutating func takeMarks(_ text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 1, let number = UInt64(words[1]) else { continue }
            switch words[0] {
            case "ACK": sequence = max(sequence, number)
            case "EPOCH": epoch = max(epoch, UInt32(number))
            case "SNAPSHOT": snapshot = max(snapshot, number)
            default: break
            }
        }
    }

    /// The hash of every batch that a trace tells of, by the sequence number that it ends with.
    static func chain(_ trace: Trace) -> [UInt64: String] {
        var chain: [UInt64: String] = [:]
        for record in trace.records where record.kind == .write || record.kind == .mark {
            if record.kind == .write {
                guard let slot = WitnessBytes(trace.bytes[record.data]) else { continue }
                chain[slot.sequence] = slot.chainHash
                continue
            }
            let text = String(decoding: trace.bytes[record.data], as: UTF8.self)
            chain.merge(Self.chain(said: text)) { $1 }
        }
        return chain
    }

    /// The hash of every batch that these lines acknowledge.
    static func chain(said text: String) -> [UInt64: String] {
        var chain: [UInt64: String] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, words[0] == "ACK", let number = UInt64(words[1]) else {
                continue
            }
            chain[number] = String(words[2])
        }
        return chain
    }
}

/// What a slot of a witness says; `docs/formats/journal.md` has the layout.
struct WitnessBytes {
    let epoch: UInt32
    let sequence: UInt64
    let chainHash: String

    init?(_ data: ArraySlice<UInt8>) {
        let bytes = Array(data)
        guard bytes.count == 512, bytes.starts(with: Array("HFWITNES".utf8)) else { return nil }
        epoch = UInt32(Trace.number(bytes, 12, 4))
        sequence = UInt64(Trace.number(bytes, 32, 8))
        let digits = Array("0123456789abcdef")
        chainHash = String(bytes[40..<72].flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
