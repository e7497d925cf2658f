internal import CLMDB

/// A failure reported by LMDB or by the system under it.
public struct LMDBError: Error, Hashable, Sendable {
    /// What went wrong, as far as callers act on it.
    public enum Code: Hashable, Sendable {
        /// The record's number is not above the last one.
        case keyExists
        /// The store reached its fixed size.
        case mapFull
        /// Another process made the store larger than this one's map.
        case mapResized
        /// No room on disk, or a disk that fails: the two cannot be told apart.
        case noRoomOrInputOutput
        /// Nothing is there.
        case missing
        /// The environment saw an error it cannot go on after.
        case unusable
        /// The file is damaged or none of LMDB's.
        case damaged
        /// Anything else.
        case other
    }

    /// What was being done, as a verb phrase.
    public let action: String

    /// The directory of the store.
    public let path: String

    /// The status as LMDB gave it: negative for its own, else an error number of the system.
    public let rawCode: Int32

    init(_ rawCode: Int32, _ action: String, _ path: String) {
        self.rawCode = rawCode
        self.action = action
        self.path = path
    }

    /// What went wrong, as far as callers act on it.
    public var code: Code {
        switch rawCode {
        case MDB_KEYEXIST: .keyExists
        case MDB_MAP_FULL: .mapFull
        case MDB_MAP_RESIZED: .mapResized
        case MDB_PANIC: .unusable
        case MDB_CORRUPTED, MDB_PAGE_NOTFOUND, MDB_INVALID, MDB_VERSION_MISMATCH: .damaged
        case 2: .missing
        case 5, 27, 28, 122: .noRoomOrInputOutput
        default: .other
        }
    }

    /// The words of LMDB or the system for the status.
    public var text: String { unsafe String(cString: mdb_strerror(rawCode)) }

    /// What to try.
    public var advice: String {
        switch code {
        case .keyExists: "the store holds records this process did not expect; verify it"
        case .mapFull: "close the segment and begin a new one"
        case .mapResized: "begin the read again"
        case .noRoomOrInputOutput: "free some space, then look at the disk's health"
        case .missing: "check the path"
        case .unusable: "end the process and start anew"
        case .damaged: "verify the store; restore a backup or salvage it"
        case .other: "see LMDB status \(rawCode)"
        }
    }
}

extension LMDBError: CustomStringConvertible {
    /// What was being done, to what, why it failed and what to try.
    public var description: String {
        "cannot \(action) \(path): \(text); \(advice)"
    }
}
