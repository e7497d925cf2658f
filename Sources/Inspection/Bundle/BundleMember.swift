internal import Digests

/// What a file of a bundle is.
enum MemberKind: Hashable, Sendable {
    /// Text that was written for people and programs, and redacted.
    case text
    /// Bytes of the journal, which are as they were.
    case binary
}

/// A file of a bundle, as the manifest lists it.
struct BundleMember: Hashable, Sendable {
    /// The path within the bundle.
    var name: String
    /// Bytes of the file.
    var bytes: Int
    /// Their SHA-256.
    var digest: SHA256Digest

    static let manifest = "manifest.json"
    static let findings = "verify.json"
    static let machine = "machine.json"
    static let configuration = "configuration.json"
    static let log = "log.jsonl"
    static let journal = "journal"

    /// What a file of this name is; `nil` where a bundle holds none such.
    static func kind(_ name: String) -> MemberKind? {
        if [manifest, findings, machine, configuration, log, journal + "/gaps.json"].contains(name)
        {
            return .text
        }
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.first == "journal" else { return nil }
        let isKnown =
            switch parts.count {
            case 2: parts[1] == "witness"
            case 3: parts[1] == "snapshots" && isNumbered(parts[2], ".snapshot")
            case 4: parts[1] == "segments" && isNumbered(parts[2], "") && parts[3] == "data.mdb"
            default: false
            }
        return isKnown ? .binary : nil
    }

    /// Whether a name is twenty digits and an ending.
    private static func isNumbered(_ name: Substring, _ ending: String) -> Bool {
        guard name.hasSuffix(ending) else { return false }
        let digits = name.utf8.dropLast(ending.utf8.count)
        return digits.count == 20 && digits.allSatisfy { (0x30...0x39).contains($0) }
    }
}
