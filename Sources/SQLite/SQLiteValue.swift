internal import CSQLite

/// A value as SQLite holds it.
///
/// A binary fraction is handed out as SQLite writes it, so that nothing here computes with one.
public enum SQLiteValue: Hashable, Sendable {
    case null
    case integer(Int64)
    /// A binary fraction in SQLite's words, with up to fifteen digits.
    case real(String)
    case text(String)
    case bytes([UInt8])

    /// Text, or null where there is none.
    public static func optional(_ text: String?) -> SQLiteValue { text.map { .text($0) } ?? .null }

    /// A whole number, or null where there is none.
    public static func optional(_ number: Int64?) -> SQLiteValue {
        number.map { .integer($0) } ?? .null
    }

    /// Reads an argument of a function.
    @safe init(argument value: OpaquePointer) {
        switch unsafe sqlite3_value_type(value) {
        case SQLITE_INTEGER: self = unsafe .integer(sqlite3_value_int64(value))
        case SQLITE_NULL: self = .null
        case SQLITE_BLOB:
            let bytes = unsafe sqlite3_value_blob(value)
            self = unsafe .bytes(Self.bytes(bytes, sqlite3_value_bytes(value)))
        case let type:
            // The text is made before its length is asked for.
            let text = unsafe UnsafeRawPointer(sqlite3_value_text(value))
            let bytes = unsafe Self.bytes(text, sqlite3_value_bytes(value))
            self.init(bytes, isReal: type == SQLITE_FLOAT)
        }
    }

    /// Reads a column of the row that a statement stands on.
    @safe init(column: Int32, of statement: OpaquePointer) {
        switch unsafe sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: self = unsafe .integer(sqlite3_column_int64(statement, column))
        case SQLITE_NULL: self = .null
        case SQLITE_BLOB:
            let bytes = unsafe sqlite3_column_blob(statement, column)
            self = unsafe .bytes(Self.bytes(bytes, sqlite3_column_bytes(statement, column)))
        case let type:
            let text = unsafe UnsafeRawPointer(sqlite3_column_text(statement, column))
            let bytes = unsafe Self.bytes(text, sqlite3_column_bytes(statement, column))
            self.init(bytes, isReal: type == SQLITE_FLOAT)
        }
    }

    private init(_ bytes: [UInt8], isReal: Bool) {
        let text = String(decoding: bytes, as: UTF8.self)
        self = isReal ? .real(text) : .text(text)
    }

    @safe private static func bytes(_ start: UnsafeRawPointer?, _ count: Int32) -> [UInt8] {
        unsafe Array(UnsafeRawBufferPointer(start: start, count: Int(count)))
    }

    /// Hands the value to a function's caller.
    @safe func give(to context: OpaquePointer) {
        switch self {
        case .null: unsafe sqlite3_result_null(context)
        case .integer(let number): unsafe sqlite3_result_int64(context, number)
        case .real(let text), .text(let text):
            Self.withCharacters(of: text) { characters, count in
                unsafe csqlite_result_text(context, characters, count)
            }
        case .bytes(let bytes):
            unsafe bytes.withUnsafeBytes { bytes in
                let count = Int32(clamping: bytes.count)
                unsafe csqlite_result_blob(context, bytes.baseAddress, count)
            }
        }
    }

    @safe private static func withCharacters<Result>(
        of text: String,
        _ body: (UnsafePointer<CChar>, Int32) -> Result
    ) -> Result {
        var text = text
        return text.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
                // Without an address SQLite would take it for a null.
                guard let first = bytes.baseAddress else { return unsafe body("", 0) }
                return unsafe body(first, Int32(clamping: bytes.count))
            }
        }
    }

    /// Puts the value in the place of a statement's parameter.
    @safe func bind(to statement: OpaquePointer, at place: Int32) -> Int32 {
        switch self {
        case .null: return unsafe sqlite3_bind_null(statement, place)
        case .integer(let number): return unsafe sqlite3_bind_int64(statement, place, number)
        case .real(let text), .text(let text):
            return Self.withCharacters(of: text) { characters, count in
                unsafe csqlite_bind_text(statement, place, characters, count)
            }
        case .bytes(let bytes):
            return unsafe bytes.withUnsafeBytes { bytes in
                let count = Int32(clamping: bytes.count)
                // Without an address SQLite would take it for a null.
                guard let first = bytes.baseAddress else {
                    return unsafe sqlite3_bind_zeroblob(statement, place, 0)
                }
                return unsafe csqlite_bind_blob(statement, place, first, count)
            }
        }
    }
}
