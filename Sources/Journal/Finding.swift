/// Something that is not as it should be in a journal.
public struct Finding: Error, Hashable, Sendable {
    /// How bad it is.
    public enum Severity: String, Hashable, Sendable {
        /// Worth knowing; nothing is lost.
        case note
        /// Nothing that was committed is lost, but something must be done.
        case warning
        /// Bytes are wrong, or something committed is lost.
        case damage
    }

    /// What kind of thing it is; the text is stable and meant for programs.
    public enum Code: String, Hashable, Sendable {
        /// The first pages of a segment contradict each other or the file.
        case metaPage = "meta-page"
        /// A page of a segment is not what the tree says.
        case page
        /// The free list names a page twice, or one in use.
        case freeList = "free-list"
        /// A record is no batch, or its header is wrong.
        case batchHeader = "batch-header"
        /// An event does not match its checksum or length.
        case event
        /// A batch does not name the hash of the one before.
        case chain
        /// Sequence numbers are missing, doubled or out of order.
        case gap
        /// A batch belongs to another journal.
        case foreign
        /// An epoch is lower than one before it.
        case epoch
        /// The witness contradicts the journal or is missing.
        case witness
        /// A snapshot is damaged, foreign or beyond the head.
        case snapshot
        /// A directory or file has a name that is none of the journal's.
        case name
        /// What an interrupted operation left; the next writer removes it.
        case leftover
        /// An archive is missing, damaged, or not what the manifest or the journal says.
        case archive
        /// A file could not be read.
        case unreadable
        /// The scan itself died or took too long, which damage can cause.
        case scan
        /// A file of a bundle is not what its manifest says.
        case member
        /// A signed checkpoint does not fit the chain, or is missing.
        case checkpoint
        /// Replaying the events gave another state than recorded.
        case replay
    }

    /// What kind of thing it is.
    public let code: Code
    /// How bad it is.
    public let severity: Severity
    /// The sequence numbers concerned, where known.
    public let sequences: ClosedRange<UInt64>?
    /// The file or directory concerned.
    public let path: String
    /// The bytes of the file concerned, where known.
    public let bytes: Range<Int>?
    /// What was expected and what was found.
    public let meaning: String
    /// What to do about it.
    public let advice: String

    /// Creates a finding.
    public init(
        _ code: Code,
        _ severity: Severity,
        sequences: ClosedRange<UInt64>? = nil,
        path: String,
        bytes: Range<Int>? = nil,
        meaning: String,
        advice: String
    ) {
        self.code = code
        self.severity = severity
        self.sequences = sequences
        self.path = path
        self.bytes = bytes
        self.meaning = meaning
        self.advice = advice
    }

    static func damage(
        _ code: Code,
        _ path: String,
        sequences: ClosedRange<UInt64>? = nil,
        bytes: Range<Int>? = nil,
        _ meaning: String
    ) -> Finding {
        Finding(
            code,
            .damage,
            sequences: sequences,
            path: path,
            bytes: bytes,
            meaning: meaning,
            advice: "restore a backup, or rebuild what is intact with `journalctl salvage`"
        )
    }
}

extension Finding: CustomStringConvertible {
    /// One line: severity, code, place, meaning.
    public var description: String {
        let range = sequences.map { " [\($0.lowerBound)…\($0.upperBound)]" } ?? ""
        let place = bytes.map { " at bytes \($0.lowerBound)..<\($0.upperBound)" } ?? ""
        return "\(severity.rawValue): \(code.rawValue)\(range) \(path)\(place): \(meaning)"
    }
}

extension Finding {
    /// The finding as one line of fields divided by tabs, for the pipe of a child process.
    var line: String {
        let first: String = sequences.map { String($0.lowerBound) } ?? ""
        let last: String = sequences.map { String($0.upperBound) } ?? ""
        let start: String = bytes.map { String($0.lowerBound) } ?? ""
        let end: String = bytes.map { String($0.upperBound) } ?? ""
        let texts: [String] = [path, meaning, advice].map(Self.plain)
        let fields = ["finding", code.rawValue, severity.rawValue, first, last, start, end] + texts
        return fields.joined(separator: "\t")
    }

    init?(fields: [Substring]) {
        guard fields.count == 10, let code = Code(rawValue: String(fields[1])),
            let severity = Severity(rawValue: String(fields[2]))
        else { return nil }
        var sequences: ClosedRange<UInt64>?
        if let first = UInt64(fields[3]), let last = UInt64(fields[4]), first <= last {
            sequences = first...last
        }
        var bytes: Range<Int>?
        if let start = Int(fields[5]), let end = Int(fields[6]), start <= end {
            bytes = start..<end
        }
        self.init(
            code,
            severity,
            sequences: sequences,
            path: String(fields[7]),
            bytes: bytes,
            meaning: String(fields[8]),
            advice: String(fields[9])
        )
    }

    private static func plain(_ text: String) -> String {
        String(text.map { $0 == "\t" || $0.isNewline ? " " : $0 })
    }
}
