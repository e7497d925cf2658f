internal import Compression
internal import LMDB
internal import Platform

/// Why something could not be done with a journal.
public struct JournalError: Error, Sendable {
    /// What went wrong, as far as callers act on it.
    public enum Code: String, Hashable, Sendable {
        /// There is no journal at the path.
        case missing
        /// Something is at the path already.
        case exists
        /// The directory is empty or holds something else.
        case noJournal
        /// Another process writes it.
        case locked
        /// Its bytes contradict each other.
        case damaged
        /// It is older than a witness, or a snapshot, says.
        case rolledBack
        /// A witness that must be there is not, or is unreadable.
        case witnessMissing
        /// Events are missing in it, and a file beside it says so.
        case gap
        /// It was written by another journal.
        case foreign
        /// The file system is not fit for it.
        case unfitFileSystem
        /// The program is too old for it.
        case unknownVersion
        /// The caller asked for what cannot be written.
        case refusedInput
        /// The writer saw an error before; its last commit is of unknown outcome.
        case dead
        /// The check before opening could not run.
        case scanFailed
        /// What was asked for is no longer in the journal, and in no archive that is known.
        case archived
        /// A directory cannot take archives of this journal.
        case unfitArchive
        /// The system or the store failed.
        case system
    }

    /// What went wrong.
    public let code: Code

    /// What was being done, as a verb phrase.
    public let action: String

    /// The file or directory.
    public let path: String

    /// What was expected and what was found.
    public let reason: String

    /// What to try.
    public let advice: String

    /// The sequence number concerned, if one is.
    public let sequence: UInt64?

    /// The failure under this one.
    public let underlying: (any Error)?

    package init(
        _ code: Code,
        _ action: String,
        _ path: String,
        reason: String,
        advice: String,
        sequence: UInt64? = nil,
        underlying: (any Error)? = nil
    ) {
        self.code = code
        self.action = action
        self.path = path
        self.reason = reason
        self.advice = advice
        self.sequence = sequence
        self.underlying = underlying
    }

    init(_ error: PlatformError, _ action: String) {
        self.init(
            error.isMissing ? .missing : .system,
            action,
            error.subject,
            reason: "\(error.action) failed: \(error.text)",
            advice: error.mayBeFullDisk
                ? JournalError.roomAdvice(error.subject) : "check path and permissions",
            underlying: error
        )
    }

    init(_ error: LMDBError, _ action: String) {
        self.init(
            error.code == .damaged ? .damaged : .system,
            action,
            error.path,
            reason: error.text,
            advice: JournalError.advice(error),
            underlying: error
        )
    }

    init(_ error: CompressionError, _ action: String) {
        switch error {
        case .system(let call, let path, let code):
            self.init(PlatformError(action: call, subject: path, code: code), action)
        case .endsEarly(let path, let byte):
            let reason = "its compressed bytes break off at byte \(byte)"
            self.init(.damaged, action, path, reason: reason, advice: Self.copyAdvice)
        case .corrupt(let path, let byte, let detail):
            let reason = "its compressed bytes are damaged near byte \(byte): \(detail)"
            self.init(.damaged, action, path, reason: reason, advice: Self.copyAdvice)
        case .outOfMemory(let path):
            let reason = "the system has no memory left"
            self.init(.system, action, path, reason: reason, advice: "end other programs")
        }
    }

    private static func advice(_ error: LMDBError) -> String {
        switch error.code {
        case .damaged: verifyAdvice
        case .noRoomOrInputOutput: roomAdvice(error.path)
        default: error.advice
        }
    }

    /// What to do where the system could not write: it does not always tell a full disk from a
    /// failing one, the free room does.
    private static func roomAdvice(_ path: String) -> String {
        let again = "then start again with the same command: what was committed is kept"
        do throws(PlatformError) {
            let place = try FileSystem.status(path) == nil ? FileSystem.parent(of: path) : path
            let free = try FileSystemKind(at: place).freeBytes
            if free < 1 << 20 {
                return "the disk is full (\(free) bytes free): free some, \(again)"
            }
        } catch {
            return "free some space and look at the disk's health, \(again)"
        }
        return "look at quotas, size limits and the disk's health, \(again)"
    }

    static let copyAdvice = "copy the archive again from another place and compare its SHA-256"
    static let verifyAdvice = "run `journalctl verify`; restore a backup or use `salvage`"
}

extension JournalError: CustomStringConvertible {
    /// What was being done, to what, why it failed and what to try.
    public var description: String { "cannot \(action) \(path): \(reason). To go on: \(advice)" }
}

/// Runs a system call for `action`, turning its error into the journal's.
@inline(__always)
func translating<Result>(
    _ action: @autoclosure () -> String,
    _ body: () throws(PlatformError) -> Result
) throws(JournalError) -> Result {
    do throws(PlatformError) {
        return try body()
    } catch {
        throw JournalError(error, action())
    }
}

/// Runs a store's call for `action`, turning its error into the journal's.
@inline(__always)
func storing<Result>(
    _ action: @autoclosure () -> String,
    _ body: () throws(LMDBError) -> Result
) throws(JournalError) -> Result {
    do throws(LMDBError) {
        return try body()
    } catch {
        throw JournalError(error, action())
    }
}

/// Runs a codec's call for `action`, turning its error into the journal's.
@inline(__always)
func compressing<Result: ~Copyable>(
    _ action: @autoclosure () -> String,
    _ body: () throws(CompressionError) -> Result
) throws(JournalError) -> Result {
    do throws(CompressionError) {
        return try body()
    } catch {
        throw JournalError(error, action())
    }
}
