public import Digests

/// What the manifest says about one archive: a sealed segment, copied and compressed.
public struct ArchiveEntry: Hashable, Sendable {
    /// Sequence number of its first event.
    public var first: UInt64
    /// Sequence number of its last event.
    public var last: UInt64
    /// How many batches it holds.
    public var batches: Int
    /// How many events they hold.
    public var events: Int
    /// Bytes of the batches, before compression.
    public var bytes: Int
    /// Size of the file in bytes.
    public var fileBytes: Int
    /// SHA-256 of the file.
    public var fileHash: SHA256Digest
    /// The hash that its first batch names; zeros where it begins with 1.
    public var chainBefore: SHA256Digest
    /// The hash of its last batch.
    public var chainHash: SHA256Digest

    /// The name of its file.
    public var name: String { Self.name(first) }

    /// The name of the archive that begins with `first`.
    static func name(_ first: UInt64) -> String { JournalLayout.name(first) + suffix }

    /// The first sequence number of the archive of that name; `nil` for other names.
    static func first(_ name: String) -> UInt64? {
        guard name.hasSuffix(suffix) else { return nil }
        return JournalLayout.sequence(name.dropLast(suffix.utf8.count))
    }

    private static let suffix = ".batches.zst"
}
