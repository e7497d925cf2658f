internal import Digests
internal import LMDB
internal import Platform

extension JournalReader {
    func isWritten() throws(JournalError) -> Bool {
        try translating("look for a writer of") { () throws(PlatformError) in
            try LockFile.isHeld(layout.lock)
        }
    }

    /// The store of a segment, kept open from one call to the next where it fits.
    func store(for number: UInt64, last: UInt64?) throws(JournalError) -> Store {
        let path = layout.segment(number)
        if let shared, shared.path == path { return shared }
        let isLive = try number == last && shared == nil ? isWritten() : false
        let access: Store.Access = isLive ? .liveReader : .quietReader
        if let cached, cached.path == path, cached.access == access { return cached }
        cached = nil  // closed before another is opened: one environment for a path at a time
        let opened = try Self.openStore(layout, number, last: last, shared: shared)
        cached = opened
        return opened
    }

    private static func openStore(
        _ layout: JournalLayout,
        _ number: UInt64,
        last: UInt64?,
        shared: Store?
    ) throws(JournalError) -> Store {
        let path = layout.segment(number)
        if let shared, shared.path == path { return shared }
        let isLive = try translating("look for a writer of") { () throws(PlatformError) -> Bool in
            try number == last && shared == nil ? LockFile.isHeld(layout.lock) : false
        }
        if !isLive { try MetaPages.require(path, "read the segment") }
        return try storing("read the journal in") { () throws(LMDBError) in
            try Store(path: path, access: isLive ? .liveReader : .quietReader, mapSize: 0)
        }
    }

    /// The id that the first batch names; `nil` where there is none.
    static func firstID(
        _ layout: JournalLayout,
        _ shared: Store?
    ) throws(JournalError) -> JournalID? {
        var numbers = try layout.segmentNumbers()
        while true {
            do throws(JournalError) {
                // Only the last segment may be empty, so a second look suffices.
                for number in numbers.prefix(2) {
                    let store = try openStore(layout, number, last: numbers.last, shared: shared)
                    let header = try endHeader(of: store, atFront: true) { header, _ in header }
                    if let header { return header.journalID }
                }
                return nil
            } catch {
                // Archived meanwhile, perhaps: what is there now decides.
                let now = try layout.segmentNumbers()
                if now == numbers { throw error }
                numbers = now
            }
        }
    }

    /// The last batch of a store as a head; `nil` when the store is empty.
    static func head(of store: Store, _ hasher: SHA256) throws(JournalError) -> Head? {
        try endHeader(of: store, atFront: false) { header, bytes in
            Head(
                sequence: header.lastSequence,
                chainHash: hasher.digest(of: bytes),
                epoch: header.epoch,
                commitTime: header.commitTime
            )
        }
    }

    private static func endHeader<Result>(
        of store: Store,
        atFront: Bool,
        _ body: (BatchHeader, Span<UInt8>) -> Result
    ) throws(JournalError) -> Result? {
        try reading(store) { (snapshot) throws(JournalError) -> Result? in
            var fault: FormatFault
            do throws(LMDBError) {
                var cursor = try snapshot.cursor()
                guard let record = try cursor.seek(notAbove: atFront ? 0 : .max) else { return nil }
                do throws(FormatFault) {
                    return body(try BatchHeader.decode(record.bytes), record.bytes)
                } catch {
                    fault = error
                }
            } catch {
                throw JournalError(error, "read a batch of")
            }
            throw JournalError.damaged(store.path, fault, sequence: nil)
        }
    }
}

/// Runs `body` over a view of `store`, with the journal's errors.
func reading<Result: ~Copyable>(
    _ store: Store,
    _ body: (borrowing Snapshot) throws(JournalError) -> Result
) throws(JournalError) -> Result {
    do throws(ReadFailure<JournalError>) {
        return try store.read(body)
    } catch {
        switch error {
        case .store(let error): throw JournalError(error, "read")
        case .body(let error): throw error
        }
    }
}

extension JournalError {
    static func damaged(
        _ path: String,
        _ fault: FormatFault,
        sequence: UInt64?
    ) -> JournalError {
        let place = sequence.map { " near sequence number \($0)" } ?? ""
        var code = Code.damaged
        if case .unknownVersion = fault { code = .unknownVersion }
        return JournalError(
            code,
            "read the segment",
            path,
            reason: "\(fault.meaning)\(place)",
            advice: code == .damaged ? verifyAdvice : "use a newer program",
            sequence: sequence,
            underlying: fault
        )
    }
}

extension FormatFault {
    /// The fault in words.
    public var meaning: String {
        switch self {
        case .noBatch: "the bytes do not begin as a batch does"
        case .unknownVersion(let version): "a batch has format version \(version), not 1"
        case .headerChecksum: "a batch's header does not match its checksum"
        case .length: "a batch's length or count contradicts its bytes"
        case .eventChecksum(let offset, let sequence):
            "event \(sequence), \(offset) bytes into its batch, does not match its checksum"
        case .eventLength(let offset, let sequence):
            "event \(sequence), \(offset) bytes into its batch, has an impossible length"
        }
    }
}
