internal import Compression
internal import Digests
internal import Platform

/// Packs files into one: a tar archive compressed with zstd.
struct BundleWriter: ~Copyable {
    private var output: ZstdWriter
    private let modified: Int

    /// Makes the file, which must not exist yet.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - time: what the files in it are dated, in nanoseconds since 1970.
    /// - Throws: `CompressionError`.
    init(creating path: String, time: Int64) throws(CompressionError) {
        output = try ZstdWriter(creating: path, level: 9)
        modified = Int(time / 1_000_000_000)
    }

    /// Packs a file whose bytes are at hand.
    mutating func add(_ name: String, _ bytes: [UInt8]) throws {
        try begin(name, bytes.count)
        try output.write(bytes.span)
        try pad(bytes.count)
    }

    /// Packs a file of the size and digest that it was found to have.
    ///
    /// - Throws: ``CommandFailure`` where it has changed since.
    mutating func add(_ member: BundleMember, from path: String) throws {
        let file = try File(path: path, mode: .read)
        try begin(member.name, member.bytes)
        let hasher = SHA256()
        var piece = [UInt8](repeating: 0, count: 1 << 20)
        var place = 0
        while place < member.bytes {
            var span = piece.mutableSpan
            let wanted = min(span.count, member.bytes - place)
            let count = try file.read(into: &span, at: place, limit: wanted)
            if count == 0 { break }
            let part = piece.span.extracting(0..<count)
            hasher.update(part)
            try output.write(part)
            place += count
        }
        guard place == member.bytes, hasher.finish() == member.digest else {
            throw CommandFailure(2, "\(path) changed while it was packed; make the bundle again")
        }
        try pad(member.bytes)
    }

    /// Ends the archive and puts it on disk.
    consuming func finish() throws(CompressionError) {
        let end = [UInt8](repeating: 0, count: 2 * TarEntry.blockSize)
        try output.write(end.span)
        try output.finish()
    }

    private mutating func begin(_ name: String, _ size: Int) throws(CompressionError) {
        let block = TarEntry(name: name, size: size, modified: modified).block
        try output.write(block.span)
    }

    private mutating func pad(_ size: Int) throws(CompressionError) {
        let entry = TarEntry(name: "", size: size, modified: 0)
        let zeros = [UInt8](repeating: 0, count: entry.padding)
        try output.write(zeros.span)
    }
}

extension BundleMember {
    /// Looks at a file that is to be packed.
    init(_ name: String, file path: String) throws(PlatformError) {
        let file = try File(path: path, mode: .read)
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let hasher = SHA256()
        var size = 0
        while true {
            var span = bytes.mutableSpan
            let count = try file.read(into: &span, at: size)
            if count == 0 { break }
            hasher.update(bytes.span.extracting(0..<count))
            size += count
        }
        self.init(name: name, bytes: size, digest: hasher.finish())
    }
}
