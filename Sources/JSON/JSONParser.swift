internal import CSimdjson

/// Parses JSON into a document that is walked in place.
///
/// The parser owns a padded copy of the input and the memory of the document; both grow to the
/// largest document seen and are reused, so that parsing allocates nothing in the long run. One
/// document lives at a time, until the next is parsed. Not for sharing between threads.
@safe public struct JSONParser: ~Copyable {
    /// The largest document that is parsed, in bytes.
    public let maximumBytes: Int
    /// The deepest nesting of arrays and objects that is parsed; empty ones do not count.
    public let maximumDepth: Int

    private var parser: OpaquePointer?

    /// Makes a parser.
    ///
    /// - Parameters:
    ///   - maximumBytes: The largest document, at most 1 GiB.
    ///   - maximumDepth: The deepest nesting, 1 to 1,024.
    public init(maximumBytes: Int = 32 << 20, maximumDepth: Int = 64) {
        self.maximumBytes = max(1, min(maximumBytes, 1 << 30))
        self.maximumDepth = max(1, min(maximumDepth, 1024))
        unsafe parser = nil
    }

    /// Parses one document.
    ///
    /// - Parameter bytes: UTF-8 text of one value, with white space around it at most.
    /// - Returns: The root, which borrows the parser as long as it is in use.
    /// - Throws: ``JSONError``, with the byte of the fault where one can be named.
    @_lifetime(&self)
    public mutating func parse(_ bytes: Span<UInt8>) throws(JSONError) -> JSONValue {
        guard bytes.count <= maximumBytes else {
            throw .tooLarge(bytes: bytes.count, limit: maximumBytes)
        }
        if unsafe parser == nil {
            // simdjson counts the document itself as a level.
            unsafe parser = holdfast_json_create(maximumDepth + 1)
        }
        guard let parser = unsafe parser else { throw .outOfMemory }
        let (status, document) = unsafe Self.call(parser, bytes)
        guard Int(status) == HOLDFAST_JSON_OK else { throw failure(Int(status), in: bytes) }
        let words = unsafe Span(
            _unsafeStart: document.words,
            count: document.word_count
        )
        let strings = unsafe Span(
            _unsafeStart: document.strings,
            count: document.string_bytes
        )
        let root = JSONValue(words: words, strings: strings, index: 1)
        return unsafe _overrideLifetime(root, mutating: &self)
    }

    /// Apart, because a variable that a closure fills would be boxed beside a value with a
    /// lifetime: one allocation a document.
    @inline(never)
    private static func call(
        _ parser: OpaquePointer,
        _ bytes: Span<UInt8>
    ) -> (Int32, holdfast_json_document) {
        var document = unsafe holdfast_json_document()
        let status = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe holdfast_json_parse(parser, buffer.baseAddress, buffer.count, &document)
        }
        return unsafe (status, document)
    }

    private func failure(_ status: Int, in bytes: Span<UInt8>) -> JSONError {
        switch status {
        case HOLDFAST_JSON_EMPTY: .empty
        case HOLDFAST_JSON_TOO_DEEP: .tooDeep(limit: maximumDepth)
        case HOLDFAST_JSON_NO_MEMORY: .outOfMemory
        case HOLDFAST_JSON_BAD_NUMBER: located(.number, in: bytes)
        case HOLDFAST_JSON_BAD_STRING: located(.string, in: bytes)
        case HOLDFAST_JSON_BAD_UTF8: located(.encoding, in: bytes)
        case HOLDFAST_JSON_BAD_LITERAL: located(.literal, in: bytes)
        default: located(.structure, in: bytes)
        }
    }

    /// simdjson does not say where: the slow scanner finds the place, on this path only.
    private func located(_ fault: JSONError.Fault, in bytes: Span<UInt8>) -> JSONError {
        var scanner = FaultScanner(maximumDepth: maximumDepth)
        if let found = scanner.firstFault(in: bytes) {
            if scanner.isTooDeep { return .tooDeep(limit: maximumDepth) }
            return .malformed(found.fault, offset: found.offset)
        }
        return .malformed(fault, offset: nil)
    }

    deinit { if let parser = unsafe parser { unsafe holdfast_json_destroy(parser) } }
}
