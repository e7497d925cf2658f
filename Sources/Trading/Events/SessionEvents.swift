/// What a journal is for.
public enum JournalMode: UInt8, Sendable, CaseIterable {
    /// Recorded markets and the paper venue; the clock is the tape.
    case tape = 1
    /// Live markets and the paper venue.
    case paper = 2
    /// A real venue.
    case live = 3

    /// The word used in output.
    public var name: String {
        switch self {
        case .tape: "tape"
        case .paper: "paper"
        case .live: "live"
        }
    }
}

/// The first event of every journal.
public struct JournalBegan: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.journalBegan
    /// Four characters that stand in every client order id.
    public var tag: String
    /// What the journal is for; never changes.
    public var mode: JournalMode

    /// Makes the payload.
    public init(tag: String, mode: JournalMode) {
        self.tag = tag
        self.mode = mode
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.text(tag)
        writer.choice(mode)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        tag = reader.text()
        mode = reader.choice(.tape)
        if tag.utf8.count != 4 { reader.markDamaged() }
    }
}

/// How the epoch before ended.
public enum PreviousStop: UInt8, Sendable {
    /// There was none.
    case none = 0
    /// With ``EpochEnded``.
    case clean = 1
    /// Without: the process was killed, or the machine stopped.
    case unclean = 2

    /// The word used in output.
    public var name: String {
        switch self {
        case .none: "none"
        case .clean: "clean"
        case .unclean: "unclean"
        }
    }
}

/// The engine, or a tool that writes, started.
public struct EpochBegan: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.epochBegan
    /// The number of the start; above every one before.
    public var epoch: Epoch
    /// Four random characters that stand in the client order ids of this epoch.
    public var draw: String
    /// How the start before ended.
    public var previousStop: PreviousStop
    /// The version of the program.
    public var program: String
    /// The process id, for people who look at the machine.
    public var process: UInt32

    /// Makes the payload.
    public init(
        epoch: Epoch,
        draw: String,
        previousStop: PreviousStop,
        program: String,
        process: UInt32
    ) {
        self.epoch = epoch
        self.draw = draw
        self.previousStop = previousStop
        self.program = program
        self.process = process
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(epoch)
        writer.text(draw)
        writer.choice(previousStop)
        writer.text(program)
        writer.integer(process)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        epoch = reader.identifier()
        draw = reader.text()
        previousStop = reader.choice(.none)
        program = reader.text()
        process = reader.uint32()
        if draw.utf8.count != 4 { reader.markDamaged() }
    }
}

/// Why the engine stopped in order.
public enum StopReason: UInt8, Sendable {
    case tapeEnded = 1
    /// SIGTERM or SIGINT.
    case signalled = 2
    case failed = 3
    /// A tool that writes did what it was asked to.
    case completed = 4

    /// The words used in output.
    public var name: String {
        switch self {
        case .tapeEnded: "tape ended"
        case .signalled: "signalled"
        case .failed: "failed"
        case .completed: "completed"
        }
    }
}

/// The engine stopped in order; without it the stop was unclean.
public struct EpochEnded: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.epochEnded
    /// Why it stopped.
    public var reason: StopReason

    /// Makes the payload.
    public init(reason: StopReason) { self.reason = reason }
    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) { writer.choice(reason) }
    /// Reads a payload.
    public init(from reader: inout ByteReader) { reason = reader.choice(.signalled) }
}

/// A step of recovery was done.
public struct RecoveryStepped: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.recoveryStepped
    /// The step of DESIGN section 8, 1 to 10.
    public var step: UInt8
    /// What was found, in words.
    public var detail: String

    /// Makes the payload.
    public init(step: UInt8, detail: String) {
        self.step = step
        self.detail = detail
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.integer(step)
        writer.text(detail)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        step = reader.uint8()
        detail = reader.text()
    }
}

/// What kind of inputs a source gives.
public enum SourceKind: UInt8, Sendable {
    /// A recorded market.
    case tape = 1
    /// Scored signals.
    case signals = 2
    /// The market as the venue tells it now.
    case live = 3
}

/// A source of inputs was attached.
public struct SourceAttached: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.sourceAttached
    /// The source's number, counted from zero in the order of attachment.
    public var source: SourceID
    /// What it gives.
    public var sourceKind: SourceKind
    /// The file's name, without its folder.
    public var name: String
    /// SHA-256 of the file, in hexadecimal.
    public var contentHash: String
    /// The receive time of its first line.
    public var firstTime: Timestamp

    /// Makes the payload.
    public init(
        source: SourceID,
        sourceKind: SourceKind,
        name: String,
        contentHash: String,
        firstTime: Timestamp
    ) {
        self.source = source
        self.sourceKind = sourceKind
        self.name = name
        self.contentHash = contentHash
        self.firstTime = firstTime
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(source)
        writer.choice(sourceKind)
        writer.text(name)
        writer.text(contentHash)
        writer.timestamp(firstTime)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        source = reader.identifier()
        sourceKind = reader.choice(.tape)
        name = reader.text()
        contentHash = reader.text()
        firstTime = reader.timestamp()
    }
}

/// How far the inputs of one source are consumed: part of the mark of a batch.
public struct InputsMarked: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.inputsMarked
    /// The source that was consumed.
    public var source: SourceID
    /// The last line consumed, counted from 1.
    public var line: UInt64
    /// The receive time of that line.
    public var time: Timestamp
    /// How many inputs of every kind the engine has consumed since the journal began.
    public var inputs: UInt64

    /// Makes the payload.
    public init(source: SourceID, line: UInt64, time: Timestamp, inputs: UInt64) {
        self.source = source
        self.line = line
        self.time = time
        self.inputs = inputs
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.identifier(source)
        writer.integer(line)
        writer.timestamp(time)
        writer.integer(inputs)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        source = reader.identifier()
        line = reader.uint64()
        time = reader.timestamp()
        inputs = reader.uint64()
    }
}

/// The hash of the whole state after every event before this one.
public struct StateHashed: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.stateHashed
    /// SHA-256 over the canonical bytes, as four big-endian words.
    public var hash: StateHash
    /// Whether a snapshot of that state was begun.
    public var isSnapshot: Bool

    /// Makes the payload.
    public init(hash: StateHash, isSnapshot: Bool) {
        self.hash = hash
        self.isSnapshot = isSnapshot
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        hash.encode(into: &writer)
        writer.bool(isSnapshot)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        hash = StateHash(from: &reader)
        isSnapshot = reader.bool()
    }
}

/// What the engine may do has changed.
public struct BotStatusChanged: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.botStatusChanged
    /// What the engine may do from now on.
    public var status: BotStatus
    /// Why; of a pause, every condition that holds.
    public var reason: String

    /// Makes the payload.
    public init(status: BotStatus, reason: String) {
        self.status = status
        self.reason = reason
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.choice(status)
        writer.text(reason)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        status = reader.choice(.paused)
        reason = reader.text()
    }
}

/// The configuration a start runs with.
public struct ConfigurationApplied: EventPayload {
    /// The kind of the event.
    public static let kind = EventKind.configurationApplied
    /// SHA-256 of the configuration's canonical text, in hexadecimal.
    public var hash: String
    /// The canonical text; never holds a secret.
    public var text: String

    /// Makes the payload.
    public init(hash: String, text: String) {
        self.hash = hash
        self.text = text
    }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        writer.text(hash)
        writer.longText(text)
    }

    /// Reads a payload.
    public init(from reader: inout ByteReader) {
        hash = reader.text()
        text = reader.longText()
    }
}
