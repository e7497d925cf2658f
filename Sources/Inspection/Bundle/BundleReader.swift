internal import Compression
internal import Digests
internal import Journal
internal import Platform

/// A bundle that was unpacked.
struct UnpackedBundle {
    /// What it says of itself; `nil` where that cannot be read.
    let manifest: BundleManifest?
    /// Where manifest and files contradict each other.
    let findings: [Finding]
}

/// Unpacks a bundle into a directory, believing nothing that it says.
///
/// Only plain files with the names of a bundle are taken, each once, and not more bytes than
/// ``Limits`` allow; they are written below the directory and nowhere else. What is nothing but
/// zeros takes no room.
struct BundleReader: ~Copyable {
    /// How much a bundle may unpack to.
    struct Limits {
        var members = 4096
        var bytes: Int

        /// What a file may unpack to: as much as journals do, and half of the free room.
        init(fileBytes: Int, freeBytes: Int) {
            bytes = min(max(4 << 30, fileBytes * 50), freeBytes / 2)
        }
    }

    private let path: String
    private let room: String
    private let limits: Limits
    private var input: ZstdReader
    private var found: [BundleMember] = []
    private var manifest: BundleManifest?
    private var total = 0
    private var piece = [UInt8](repeating: 0, count: 1 << 16)

    private static let holeSize = 4096

    private init(_ path: String, into room: String, _ limits: Limits) throws(CompressionError) {
        let input = try ZstdReader(path: path)
        self.path = path
        self.room = room
        self.limits = limits
        self.input = input
    }

    /// Unpacks `path` into `room`.
    ///
    /// - Throws: ``CommandFailure`` with 1 where it is damaged, no bundle, or larger than allowed;
    ///   `PlatformError` where it cannot be written.
    static func unpack(
        _ path: String,
        into room: String,
        limits: Limits
    ) throws -> UnpackedBundle {
        do {
            var reader = try BundleReader(path, into: room, limits)
            try reader.run()
            return UnpackedBundle(manifest: reader.manifest, findings: reader.findings())
        } catch let error as CompressionError {
            throw CommandFailure(1, "\(path) cannot be unpacked: \(error)")
        } catch let error as TarFault {
            throw CommandFailure(1, "\(path) is damaged, or no bundle: \(error.meaning)")
        }
    }

    private mutating func run() throws {
        while let entry = try nextEntry() {
            guard BundleMember.kind(entry.name) != nil else {
                throw refused("it holds \"\(printable(entry.name))\", which is no part of a bundle")
            }
            guard !found.contains(where: { $0.name == entry.name }) else {
                throw refused("it holds \(entry.name) twice")
            }
            guard found.count < limits.members, entry.size <= limits.bytes - total else {
                throw refused(
                    "it would unpack to more than \(limits.bytes) bytes, which is allowed and has "
                        + "room here. Set TMPDIR to a directory with more room"
                )
            }
            if found.isEmpty, entry.name != BundleMember.manifest {
                throw refused("it does not begin with \(BundleMember.manifest)")
            }
            total += entry.size
            try unpack(entry)
        }
        if found.isEmpty { throw refused("it is empty") }
        try readEnd()
    }

    /// Reads what ends an archive to the last byte: only then does zstd compare its checksum.
    private mutating func readEnd() throws {
        var block = [UInt8](repeating: 0, count: TarEntry.blockSize)
        try fill(&block)
        guard block.allSatisfy({ $0 == 0 }), try input.read(into: &block) == 0 else {
            throw TarFault.goesOn
        }
    }

    private mutating func nextEntry() throws -> TarEntry? {
        var block = [UInt8](repeating: 0, count: TarEntry.blockSize)
        try fill(&block)
        if block.allSatisfy({ $0 == 0 }) { return nil }
        return try TarEntry(block)
    }

    private mutating func unpack(_ entry: TarEntry) throws {
        let target = room + "/" + entry.name
        try FileSystem.createDirectories(FileSystem.parent(of: target))
        let file = try File(path: target, mode: .createNew, permissions: 0o600)
        let hasher = SHA256()
        var place = 0
        var kept: [UInt8] = []
        while place < entry.size {
            var part = Array(piece.prefix(entry.size - place))
            try fill(&part)
            hasher.update(part.span)
            if entry.name == BundleMember.manifest, kept.count < BundleManifest.sizeLimit {
                kept += part
            }
            try write(part, to: file, at: place)
            place += part.count
        }
        try file.truncate(to: entry.size)
        var padding = [UInt8](repeating: 0, count: entry.padding)
        try fill(&padding)
        found.append(BundleMember(name: entry.name, bytes: entry.size, digest: hasher.finish()))
        if entry.name == BundleMember.manifest { manifest = BundleManifest(kept) }
    }

    /// Writes what is not zero; the rest is a hole.
    private func write(_ part: [UInt8], to file: File, at place: Int) throws(PlatformError) {
        for start in stride(from: 0, to: part.count, by: Self.holeSize) {
            let end = min(start + Self.holeSize, part.count)
            guard part[start..<end].contains(where: { $0 != 0 }) else { continue }
            try file.write(part.span.extracting(start..<end), at: place + start)
        }
    }

    /// Fills `bytes` with what comes next, all of it.
    private mutating func fill(_ bytes: inout [UInt8]) throws {
        var count = 0
        while count < bytes.count {
            let more = try input.read(into: &bytes, from: count)
            if more == 0 { throw TarFault.endsEarly }
            count += more
        }
    }

    /// Compares the files with the manifest.
    private func findings() -> [Finding] {
        let files = found.filter { $0.name != BundleMember.manifest }
        guard let manifest else {
            return [finding(BundleMember.manifest, nil, "the manifest cannot be read")]
        }
        var findings: [Finding] = []
        for file in files {
            guard let member = manifest.members.first(where: { $0.name == file.name }) else {
                findings.append(finding(file.name, file.bytes, "the manifest does not list it"))
                continue
            }
            if member != file {
                let meaning =
                    "it has \(file.bytes) bytes of SHA-256 \(file.digest); the manifest says "
                    + "\(member.bytes) bytes of \(member.digest)"
                findings.append(finding(file.name, file.bytes, meaning))
            }
        }
        for member in manifest.members where !files.contains(where: { $0.name == member.name }) {
            findings.append(
                finding(printable(member.name), nil, "the manifest lists it, and it is not there")
            )
        }
        return findings
    }

    private func finding(_ name: String, _ bytes: Int?, _ meaning: String) -> Finding {
        Finding(
            .member,
            .damage,
            path: "\(path):\(name)",
            bytes: bytes.map { 0..<$0 },
            meaning: meaning,
            advice: "get the bundle again from who made it; do not trust this one"
        )
    }

    private func refused(_ reason: String) -> CommandFailure {
        CommandFailure(1, "\(path) is not unpacked: \(reason)")
    }

    /// A name from outside, without what could steer a terminal.
    private func printable(_ name: String) -> String {
        String(
            name.unicodeScalars.map {
                $0.properties.generalCategory == .control ? "?" : Character($0)
            }
        )
    }
}
