import Compression
import Platform

/// Files that may be gzip.
final class GzipDecoder: Decoder {
    private let path: String

    init(scratch: String) { path = scratch + "/file.gz" }

    func take(_ bytes: [UInt8]) throws {
        let file = try File(path: path, mode: .replace)
        try file.write(bytes.span, at: 0)
        let path = path
        try Decompression.compare {
            (room) throws(CompressionError) -> Decompression in
            var reader = try GzipReader(path: path)
            return try Decompression(room: room) {
                (bytes) throws(CompressionError) in try reader.read(into: &bytes)
            }
        }
    }
}

/// Files of zstd frames.
final class ZstdDecoder: Decoder {
    private let path: String

    init(scratch: String) { path = scratch + "/file.zst" }

    func take(_ bytes: [UInt8]) throws {
        let file = try File(path: path, mode: .replace)
        try file.write(bytes.span, at: 0)
        let path = path
        try Decompression.compare {
            (room) throws(CompressionError) -> Decompression in
            var reader = try ZstdReader(path: path)
            return try Decompression(room: room) {
                (bytes) throws(CompressionError) in try reader.read(into: &bytes)
            }
        }
    }
}

/// What came out of a compressed file, read in pieces of one size.
struct Decompression {
    /// More than this is not asked for: a few bytes can become gigabytes.
    private static let limit = 1 << 16

    private(set) var bytes: [UInt8] = []
    private(set) var isRefused = false

    /// Reads to the end, to a refusal or to the limit.
    init(
        room: Int,
        _ read: (inout [UInt8]) throws(CompressionError) -> Int
    ) throws(CompressionError) {
        var piece = [UInt8](repeating: 0, count: room)
        do throws(CompressionError) {
            while bytes.count < Self.limit {
                let count = try read(&piece)
                if count == 0 { break }
                bytes.append(contentsOf: piece[..<count])
            }
        } catch {
            isRefused = true
        }
        if bytes.count > Self.limit { bytes.removeLast(bytes.count - Self.limit) }
    }

    /// Reads with little and with much room, and compares.
    static func compare(
        _ read: (Int) throws(CompressionError) -> Decompression
    ) throws {
        do {
            let small = try read(61)
            let large = try read(limit)
            try require(
                small.bytes == large.bytes || small.isRefused || large.isRefused,
                "the room of a reader does not change what it reads"
            )
        } catch let error as CompressionError {
            try require(!"\(error)".isEmpty, "a refusal has words")
        }
    }
}
