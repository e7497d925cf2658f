import JSON
import Projections
import Trading

@testable import Inspection

/// The canonical bytes of a state: what a snapshot holds.
final class StateDecoder: Decoder {
    private var parser = JSONParser(maximumBytes: 4 << 20, maximumDepth: 16)

    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws {
        guard let state = TradingState(canonical: bytes.span) else { return }
        var writer = ByteWriter(capacity: bytes.count)
        state.encode(into: &writer)
        try require(writer.bytes == bytes, "a state is written as it was read")
        try StateChecks.describe(state, with: &parser)
    }
}

/// What every state must stand.
enum StateChecks {
    /// Shows the state in every way there is.
    static func describe(_ state: TradingState, with parser: inout JSONParser) throws {
        try requireObject(StateDocument(state: state).document, with: &parser)
        try require(!StateWords(state: state).lines.isEmpty, "a state has words")
    }

    /// Reads a document's text, which must be an object.
    static func requireObject(_ document: Document, with parser: inout JSONParser) throws {
        try requireObject(Array(document.json.utf8), with: &parser)
    }

    /// Reads a text, which must be an object.
    static func requireObject(_ text: [UInt8], with parser: inout JSONParser) throws {
        do {
            let root = try parser.parse(text.span)
            try require(root.isKind(.object), "a document is an object")
        } catch let error as JSONError {
            throw Contradiction("a document is JSON: \(error)")
        }
    }
}
