internal import JSON
internal import Platform

/// The file beside the segments that says which sequence numbers a salvage could not find.
public struct GapFile: Hashable, Sendable {
    /// The journal it is of, as text.
    public let journalID: String
    /// The gaps, ascending.
    public let gaps: [JournalGap]

    private static let version: Int64 = 1

    /// What is missing of the journal in `directory`; `nil` where no file says that anything is.
    ///
    /// - Throws: ``JournalError`` with `damaged`, `unknownVersion` or `system`.
    public static func read(in directory: String) throws(JournalError) -> GapFile? {
        let path = JournalLayout(directory: directory).gaps
        let bytes = try translating("read the gaps of the journal") {
            () throws(PlatformError) -> [UInt8]? in
            try FileSystem.status(path) == nil ? nil : FileSystem.read(path)
        }
        guard let bytes else { return nil }
        var parser = JSONParser(maximumBytes: 1 << 30)
        var fault = "a field is missing, or not what it should be"
        var code = JournalError.Code.damaged
        do throws(JSONError) {
            let root = try parser.parse(bytes.span)
            if let version = root.member("version")?.integer, version != Self.version {
                fault = "it is of version \(version), not \(Self.version)"
                code = .unknownVersion
            } else if let file = GapFile(root) {
                return file
            }
        } catch {
            fault = "\(error)"
        }
        throw unreadable(code, path, fault)
    }

    /// The gaps of the journal in `directory`, ascending; none where no file names any.
    ///
    /// - Throws: as ``read(in:)``.
    public static func gaps(in directory: String) throws(JournalError) -> [JournalGap] {
        try read(in: directory)?.gaps ?? []
    }

    /// Refuses a journal with a gap: what the missing events did is not known.
    ///
    /// - Parameters:
    ///   - directory: the journal.
    ///   - action: what is being done, for messages.
    /// - Throws: ``JournalError`` with `gap`, and as ``read(in:)``.
    static func requireNone(in directory: String, _ action: String) throws(JournalError) {
        guard let gap = try gaps(in: directory).first else { return }
        throw JournalError(
            .gap,
            action,
            directory,
            reason: "it has a gap: \(gap)",
            advice: "restore a backup that holds these events; this one is for reading only",
            sequence: gap.first
        )
    }

    /// Writes the file durably; nothing where there is no gap.
    static func write(
        _ gaps: [JournalGap],
        of id: JournalID,
        to layout: JournalLayout
    ) throws(JournalError) {
        if gaps.isEmpty { return }
        let text = JSONText.object([
            ("version", .integer(version)), ("journalId", .text("\(id)")),
            ("gaps", .list(gaps.map(\.json))),
        ])
        try translating("write the gaps of the journal") { () throws(PlatformError) in
            let bytes = Array((text.compact + "\n").utf8)
            try FileSystem.replaceDurably(layout.gaps, with: [bytes])
        }
    }

    private static func unreadable(
        _ code: JournalError.Code,
        _ path: String,
        _ reason: String
    ) -> JournalError {
        JournalError(
            code,
            "read the gaps of the journal",
            path,
            reason: reason,
            advice: code == .damaged ? "salvage the source again" : "use a newer program"
        )
    }

    private init?(_ root: borrowing JSONValue) {
        guard let id = root.member("journalId")?.text, let list = root.member("gaps"),
            list.isKind(.array)
        else { return nil }
        var gaps: [JournalGap] = []
        var elements = list.elements
        while let element = elements.next() {
            guard let gap = JournalGap(element), gap.first > (gaps.last?.last ?? 0) else {
                return nil
            }
            gaps.append(gap)
        }
        journalID = id
        self.gaps = gaps
    }
}

extension JournalGap {
    fileprivate var json: JSONText {
        .object([
            ("first", .integer(Int64(clamping: first))), ("last", .integer(Int64(clamping: last))),
            ("isOpen", .flag(isOpen)), ("found", .text(found)),
            ("evidence", .list(evidence.map(\.json))),
        ])
    }

    fileprivate init?(_ value: borrowing JSONValue) {
        guard let first = value.member("first")?.unsigned, first > 0,
            let last = value.member("last")?.unsigned, last >= first,
            let isOpen = value.member("isOpen")?.bool,
            let found = value.member("found")?.text, let list = value.member("evidence")
        else { return nil }
        var evidence: [Evidence] = []
        var elements = list.elements
        while let element = elements.next() {
            guard let batch = Evidence(element) else { return nil }
            evidence.append(batch)
        }
        self.init(first: first, last: last, isOpen: isOpen, found: found, evidence: evidence)
    }
}

extension JournalGap.Evidence {
    fileprivate var json: JSONText {
        .object([
            ("path", .text(path)), ("offset", .integer(Int64(offset))),
            ("length", length.map { .integer(Int64($0)) }),
            ("first", first.map { .integer(Int64(clamping: $0)) }),
            ("last", last.map { .integer(Int64(clamping: $0)) }), ("fault", .text(fault)),
            ("intactEvents", .integer(Int64(intactEvents))),
            ("events", .list(events.map(\.json))),
        ])
    }

    fileprivate init?(_ value: borrowing JSONValue) {
        guard let path = value.member("path")?.text,
            let offset = value.member("offset")?.unsigned,
            let fault = value.member("fault")?.text,
            let intactEvents = value.member("intactEvents")?.unsigned,
            let list = value.member("events")
        else { return nil }
        var events: [JournalGap.Event] = []
        var elements = list.elements
        while let element = elements.next() {
            guard let event = JournalGap.Event(element) else { return nil }
            events.append(event)
        }
        self.init(
            path: path,
            offset: Int(clamping: offset),
            length: value.member("length")?.unsigned.map { Int(clamping: $0) },
            first: value.member("first")?.unsigned,
            last: value.member("last")?.unsigned,
            fault: fault,
            intactEvents: Int(clamping: intactEvents),
            events: events
        )
    }
}

extension JournalGap.Event {
    fileprivate var json: JSONText {
        .object([
            ("sequence", sequence.map { .integer(Int64(clamping: $0)) }),
            ("kind", .integer(Int64(kind))), ("version", .integer(Int64(version))),
            ("time", .integer(time)), ("trace", .text("\(trace)")), ("cause", .text("\(cause)")),
            ("offset", .integer(Int64(offset))), ("length", .integer(Int64(length))),
        ])
    }

    fileprivate init?(_ value: borrowing JSONValue) {
        guard let kind = value.member("kind")?.unsigned,
            let version = value.member("version")?.unsigned,
            let time = value.member("time")?.integer,
            let trace = value.member("trace")?.text.flatMap({ UInt64($0) }),
            let cause = value.member("cause")?.text.flatMap({ UInt64($0) }),
            let offset = value.member("offset")?.unsigned,
            let length = value.member("length")?.unsigned
        else { return nil }
        self.init(
            sequence: value.member("sequence")?.unsigned,
            kind: UInt16(clamping: kind),
            version: UInt16(clamping: version),
            time: time,
            trace: trace,
            cause: cause,
            offset: Int(clamping: offset),
            length: Int(clamping: length)
        )
    }
}
