import Compression
import Platform

@testable import Inspection

/// Bundles: tar archives in zstd frames.
///
/// The first byte chooses what the rest is: the file itself; the archive, with right checksums in
/// the headers, which is then compressed; or parts, each behind its length, that become the members
/// of a bundle, the first of them its manifest.
final class BundleDecoder: Decoder {
    private let path: String
    private let room: String

    private static let names = [
        BundleMember.findings, BundleMember.machine, BundleMember.configuration, BundleMember.log,
        "journal/gaps.json", "journal/witness", "journal/snapshots/00000000000000000007.snapshot",
        "journal/segments/00000000000000000001/data.mdb", "journal/../../outside", "/outside",
        "journal/segments/00000000000000000001", BundleMember.manifest,
    ]

    init(scratch: String) {
        path = scratch + "/a.bundle"
        room = scratch + "/room"
    }

    func take(_ bytes: [UInt8]) throws {
        guard let choice = bytes.first else { return }
        for place in [path, room] { try FileSystem.removeTree(place) }
        try FileSystem.createDirectory(room)
        let rest = Array(bytes[1...])
        switch choice % 3 {
        case 0: try File(path: path, mode: .createNew).write(rest.span, at: 0)
        case 1: try compress(Self.archive(rest))
        default: try pack(Repair.parts(rest), choice)
        }
        try unpack()
    }

    /// The bytes as an archive: headers, where they lie as sizes lead, get what all headers have.
    private static func archive(_ bytes: [UInt8]) -> [UInt8] {
        var archive = bytes
        var offset = 0
        while archive.count - offset >= TarEntry.blockSize {
            let range = offset..<(offset + TarEntry.blockSize)
            var block = Array(archive[range])
            for (index, byte) in "ustar".utf8.enumerated() { block[257 + index] = byte }
            block.replaceSubrange(148..<156, with: repeatElement(0x20, count: 8))
            let sum = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
            for (index, digit) in sum.utf8.enumerated() { block[148 + index] = digit }
            archive.replaceSubrange(range, with: block)
            offset = range.upperBound
            guard let length = length(block), length <= archive.count - offset else { break }
            offset += length
        }
        return archive
    }

    /// Bytes that a file takes in an archive; `nil` where its header cannot be read.
    private static func length(_ block: [UInt8]) -> Int? {
        do throws(TarFault) {
            let entry = try TarEntry(block)
            return entry.size + entry.padding
        } catch {
            return nil
        }
    }

    private func compress(_ bytes: [UInt8]) throws {
        var writer = try ZstdWriter(creating: path, level: 1)
        try writer.write(bytes.span)
        try writer.finish()
    }

    /// Packs parts: the first byte of each chooses its name.
    private func pack(_ parts: [[UInt8]], _ choice: UInt8) throws {
        var writer = try BundleWriter(creating: path, time: 0)
        for (place, part) in parts.enumerated() {
            let name = Self.names[Int(part.first ?? 0) % Self.names.count]
            let isManifest = place == 0 && choice & 0x80 == 0
            try writer.add(isManifest ? BundleMember.manifest : name, Array(part.dropFirst()))
        }
        try writer.finish()
    }

    private func unpack() throws {
        var limits = BundleReader.Limits(fileBytes: 0, freeBytes: 0)
        limits.bytes = 1 << 20
        do {
            let bundle = try BundleReader.unpack(path, into: room, limits: limits)
            try require(
                bundle.manifest != nil || !bundle.findings.isEmpty,
                "a bundle without a manifest has a finding"
            )
        } catch let error as CommandFailure {
            try require(error.status == 1, "a bundle that is refused ends with 1: \(error)")
        }
        let parent = FileSystem.parent(of: room)
        let outside = try FileSystem.list(parent).filter { $0 != "room" && $0 != "a.bundle" }
        try require(outside.isEmpty, "nothing is written outside of the room: \(outside)")
        let allowed = Set(["journal"] + Self.names)
        let inside = try FileSystem.list(room)
        try require(inside.allSatisfy(allowed.contains), "only members are written: \(inside)")
    }
}
