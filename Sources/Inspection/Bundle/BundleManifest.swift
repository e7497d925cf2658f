internal import Digests
internal import JSON

/// What a bundle says of itself.
struct BundleManifest: Hashable, Sendable {
    /// When it was made, ISO 8601 in UTC.
    var made: String
    /// The program that made it.
    var program: String
    /// The journal's id; empty where no batch could be read.
    var journalID: String
    /// The first event packed, and the last.
    var first: UInt64
    var head: UInt64?
    /// The chain hash at ``head``.
    var chainHash: String
    /// The snapshot that a replay begins with.
    var snapshot: UInt64?
    /// Whether the journal's files are as they were found: damaged.
    var isRaw: Bool
    /// Bytes of the journal that the disk did not give.
    var unreadableBytes: Int
    /// How many texts were taken out by the redaction.
    var redactions: Int
    /// What a reader of the bundle should know.
    var remarks: [String]
    /// The other files, in the order in which they are packed.
    var members: [BundleMember]

    static let format = "holdfast-bundle"
    static let version = 1

    /// The manifest as JSON.
    var document: Document {
        let facts: Document = [
            "format": .text(Self.format), "version": .count(Self.version), "made": .text(made),
            "program": .text(program), "journalId": .text(journalID), "first": .count(first),
            "head": .number(head), "chainHash": .text(chainHash),
            "snapshot": .number(snapshot), "raw": .flag(isRaw),
            "unreadableBytes": .count(unreadableBytes), "redactions": .count(redactions),
            "remarks": .list(remarks.map { .text($0) }),
        ]
        let files: Document = [
            "members": .list(
                members.map { member in
                    [
                        "name": .text(member.name), "bytes": .count(member.bytes),
                        "sha256": .text(member.digest),
                    ]
                }
            )
        ]
        return facts.adding(files)
    }
}

extension BundleManifest {
    /// How large a manifest may be, in bytes.
    static let sizeLimit = 1 << 20

    /// Reads a manifest; `nil` where it is none that this program understands.
    init?(_ bytes: [UInt8]) {
        var parser = JSONParser(maximumBytes: Self.sizeLimit, maximumDepth: 8)
        do throws(JSONError) {
            let root = try parser.parse(bytes.span)
            guard root.member("format")?.text == Self.format,
                root.member("version")?.unsigned == UInt64(Self.version),
                let members = Self.members(root)
            else { return nil }
            made = root.member("made")?.text ?? ""
            program = root.member("program")?.text ?? ""
            journalID = root.member("journalId")?.text ?? ""
            first = root.member("first")?.unsigned ?? 1
            head = root.member("head")?.unsigned
            chainHash = root.member("chainHash")?.text ?? ""
            snapshot = root.member("snapshot")?.unsigned
            isRaw = root.member("raw")?.bool ?? false
            unreadableBytes = Int(clamping: root.member("unreadableBytes")?.unsigned ?? 0)
            redactions = Int(clamping: root.member("redactions")?.unsigned ?? 0)
            remarks = Self.texts(root.member("remarks"))
            self.members = members
        } catch {
            return nil
        }
    }

    private static func texts(_ list: JSONValue?) -> [String] {
        var found: [String] = []
        guard let list else { return found }
        var elements = list.elements
        while let element = elements.next() {
            if let text = element.text { found.append(text) }
        }
        return found
    }

    private static func members(_ root: JSONValue) -> [BundleMember]? {
        guard let list = root.member("members") else { return nil }
        var found: [BundleMember] = []
        var elements = list.elements
        while let element = elements.next() {
            guard let name = element.member("name")?.text,
                let bytes = element.member("bytes")?.unsigned,
                let hash = element.member("sha256")?.text,
                let digest = SHA256Digest(hexadecimal: hash)
            else { return nil }
            found.append(BundleMember(name: name, bytes: Int(clamping: bytes), digest: digest))
        }
        return found
    }
}
