internal import CPlatform
internal import Glibc

/// The file system under a path: what it is, how much room it has.
public struct FileSystemKind: Hashable, Sendable {
    /// How far a kind of file system can be trusted with a memory-mapped, synced store.
    public enum Trust: Hashable, Sendable {
        /// Local and known to keep its promises.
        case sound
        /// Works, with weaker promises: it may forget on power loss or run full while mapped.
        case risky
        /// Locks, maps or syncs may lie: network and user-space file systems.
        case unfit
    }

    /// A short name such as "ext4"; hexadecimal where the kind is not known.
    public let name: String

    /// How far it can be trusted.
    public let trust: Trust

    /// Room for unprivileged users in bytes.
    public let freeBytes: Int

    /// Looks at the file system that holds `path`.
    public init(at path: String) throws(PlatformError) {
        var status = CPlatform.statfs()
        guard unsafe statfs(path, &status) == 0 else {
            throw PlatformError.last("examine the file system of", path)
        }
        let magic = UInt32(truncatingIfNeeded: status.f_type)
        let known = Self.known[magic]
        name = known?.name ?? "0x" + String(magic, radix: 16)
        trust = known?.trust ?? .risky
        freeBytes = Int(status.f_bavail) * Int(status.f_bsize)
    }

    /// Creates a description by hand, for deciding about kinds that a machine does not have.
    public init(name: String, trust: Trust, freeBytes: Int) {
        self.name = name
        self.trust = trust
        self.freeBytes = freeBytes
    }

    private static let known: [UInt32: (name: String, trust: Trust)] = [
        0x0000_EF53: ("ext4", .sound),
        0x5846_5342: ("xfs", .sound),
        0xF2F5_2010: ("f2fs", .sound),
        0x0102_1994: ("tmpfs", .risky),
        0x8584_58F6: ("ramfs", .risky),
        0x9123_683E: ("btrfs", .risky),
        0x2FC1_2FC1: ("zfs", .risky),
        0xCA45_1A4E: ("bcachefs", .risky),
        0x794C_7630: ("overlay", .risky),
        0x0000_6969: ("nfs", .unfit),
        0x6573_5546: ("fuse", .unfit),
        0x0102_1997: ("9p", .unfit),
        0xFF53_4D42: ("cifs", .unfit),
        0xFE53_4D42: ("smb2", .unfit),
        0x0000_517B: ("smb", .unfit),
        0x00C3_6400: ("ceph", .unfit),
        0x5346_414F: ("afs", .unfit),
        0x0BD0_0BD0: ("lustre", .unfit),
        0x0116_1970: ("gfs2", .unfit),
        0x7461_636F: ("ocfs2", .unfit),
        0x786F_4256: ("vboxsf", .unfit),
    ]
}
