internal import CSQLite

/// A failure reported by SQLite.
public struct SQLiteError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, as far as callers act on it.
    public enum Code: Hashable, Sendable {
        /// The statement cannot be understood, or names what is not there.
        case statement
        /// The statement does what was not allowed.
        case denied
        /// The disk is full.
        case full
        /// The file cannot be read or written.
        case inputOutput
        /// The file is damaged, or no database.
        case damaged
        /// The statement was interrupted.
        case interrupted
        /// Anything else.
        case other
    }

    /// What was being done, as a verb phrase.
    public let action: String
    /// The status as SQLite gave it.
    public let rawCode: Int32
    /// SQLite's message.
    public let message: String

    init(_ rawCode: Int32, _ action: String, _ message: String) {
        self.rawCode = rawCode
        self.action = action
        self.message = message
    }

    /// What went wrong, as far as callers act on it.
    public var code: Code {
        switch rawCode & 0xFF {
        case SQLITE_ERROR: .statement
        case SQLITE_AUTH, SQLITE_READONLY: .denied
        case SQLITE_FULL: .full
        case SQLITE_IOERR, SQLITE_CANTOPEN: .inputOutput
        case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
        case SQLITE_INTERRUPT: .interrupted
        default: .other
        }
    }

    /// What to try.
    public var advice: String {
        switch code {
        case .statement: "look at the statement and at the names of tables and columns"
        case .denied: "only reading is allowed here"
        case .full: "make room, or name another disk"
        case .inputOutput: "look at the disk and at the permissions of the directory"
        case .damaged: "make the file anew"
        case .interrupted, .other: "try again"
        }
    }

    /// What was being done, what SQLite says, and what to try.
    public var description: String { "could not \(action): \(message). To go on: \(advice)" }
}
