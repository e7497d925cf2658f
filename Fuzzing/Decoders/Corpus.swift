import Compression
import Platform

/// A file of inputs, zstd-compressed: of each its length, four bytes little-endian, and its bytes.
package enum Corpus {
    /// The file of a decoder's inputs below `directory`.
    package static func path(_ decoder: String, in directory: String) -> String {
        "\(directory)/\(decoder).inputs.zst"
    }

    /// The inputs of a file; none where there is no file.
    package static func read(_ path: String) throws -> [[UInt8]] {
        guard try FileSystem.status(path) != nil else { return [] }
        let bytes = try decompress(path)
        var inputs: [[UInt8]] = []
        var offset = 0
        while offset < bytes.count {
            guard bytes.count - offset >= 4 else { throw Contradiction("\(path) is cut off") }
            let start = offset + 4
            let end = start + Int(Repair.uint32(bytes, at: offset))
            guard end <= bytes.count else { throw Contradiction("\(path) is cut off") }
            inputs.append(Array(bytes[start..<end]))
            offset = end
        }
        return inputs
    }

    private static func decompress(_ path: String) throws -> [UInt8] {
        var reader = try ZstdReader(path: path)
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        var end = 0
        while true {
            let count = try reader.read(into: &bytes, from: end)
            if count == 0 { break }
            end += count
            if end == bytes.count { bytes += [UInt8](repeating: 0, count: bytes.count) }
        }
        return Array(bytes[..<end])
    }

    /// Replaces a file by these inputs, the shortest first.
    package static func write(_ inputs: [[UInt8]], to path: String) throws {
        let sorted = inputs.sorted { one, other in
            one.count != other.count
                ? one.count < other.count : one.lexicographicallyPrecedes(other)
        }
        let aside = path + ".new"
        try FileSystem.removeTree(aside)
        var writer = try ZstdWriter(creating: aside, level: 19)
        for input in sorted {
            var length = [UInt8](repeating: 0, count: 4)
            Repair.store(UInt32(input.count), &length, at: 0)
            try writer.write(length.span)
            try writer.write(input.span)
        }
        try writer.finish()
        try FileSystem.rename(aside, to: path)
    }
}
