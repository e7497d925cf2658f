internal import Digests
public import Journal
public import Trading

extension Removal {
    /// The request that takes a segment out.
    public var request: ControlMessage {
        .request(
            "remove",
            [
                "first": .number(first), "last": .number(last),
                "chainHash": .text("\(chainHash)"), "archive": .text(archive),
                "archiveHash": .text("\(archiveHash)"),
            ]
        )
    }

    /// What such a request says; `nil` where it is none.
    init?(_ request: ControlMessage) {
        func hash(_ key: String) -> SHA256Digest? {
            request.text(key).flatMap(SHA256Digest.init(hexadecimal:))
        }
        guard let first = request.number("first"), let last = request.number("last"),
            first >= 1, last >= first, last < .max, let chainHash = hash("chainHash"),
            let archive = request.text("archive"), archive.utf8.count <= 200,
            let archiveHash = hash("archiveHash")
        else { return nil }
        self.init(
            first: first,
            last: last,
            chainHash: chainHash,
            archive: archive,
            archiveHash: archiveHash
        )
    }
}

extension SegmentsRemoved {
    /// The event that says so.
    public init(_ removal: Removal) {
        self.init(
            first: SequenceNumber(removal.first),
            last: SequenceNumber(removal.last),
            chainHash: Hash256(removal.chainHash),
            archive: removal.archive,
            archiveHash: Hash256(removal.archiveHash)
        )
    }

    /// What the event says.
    public var removal: Removal {
        Removal(
            first: first.rawValue,
            last: last.rawValue,
            chainHash: SHA256Digest(chainHash),
            archive: archive,
            archiveHash: SHA256Digest(archiveHash)
        )
    }
}

extension SHA256Digest {
    /// The digest that the core carries.
    init(_ hash: Hash256) {
        self.init(hash.words.0, hash.words.1, hash.words.2, hash.words.3)
    }
}

extension RemovalReading {
    /// How the events of this program tell of segments taken out.
    public static var ofEvents: RemovalReading {
        RemovalReading(kind: SegmentsRemoved.kind.rawValue) { payload in
            do throws(CodecFailure) {
                let event = try EventCodec().decode(
                    kind: SegmentsRemoved.kind.rawValue,
                    version: SegmentsRemoved.version,
                    payload.span
                )
                guard case .segmentsRemoved(let removed) = event else { return nil }
                return removed.removal
            } catch {
                return nil
            }
        }
    }
}
