import Compression
import FoundationEssentials
import TestSupport
import Testing

@Suite(.temporaryDirectory) struct `Reading and writing zstd` {
    @Test(arguments: [0, 1, 100, 131_072, 1_000_003])
    func `what is written reads back`(size: Int) throws {
        let text = sample(size)
        #expect(try contents(of: written([text], to: "a.zst")) == text)
    }

    @Test func `frames read as one, and what is to be skipped is passed over`() throws {
        let parts = [sample(70_000), sample(5), sample(300_000)]
        let path = try written(parts, to: "a.zst", skippable: sample(40))
        #expect(try contents(of: path) == parts.flatMap { $0 })
        #expect(try contents(of: path, chunk: 7) == parts.flatMap { $0 })
    }

    @Test func `reading begins at any frame`() throws {
        var writer = try ZstdWriter(creating: place("a.zst"))
        var starts: [Int] = []
        for size in [70_000, 5, 300_000] {
            starts.append(writer.fileBytes)
            try writer.write(sample(size).span)
            #expect(writer.frameBytes == size)
            try writer.endFrame()
        }
        try writer.finish()
        #expect(try contents(of: place("a.zst"), from: starts[2]) == sample(300_000))
        #expect(try contents(of: place("a.zst"), from: starts[1]) == sample(5) + sample(300_000))
    }

    @Test func `the count of the file's bytes is its size`() throws {
        var writer = try ZstdWriter(creating: place("a.zst"))
        try writer.write(sample(100_000).span)
        try writer.writeSkippable(sample(9).span, variant: 14)
        let count = writer.fileBytes
        try writer.finish()
        let whole = try bytes(of: place("a.zst"))
        #expect(whole.count == count)
        #expect(Array(whole[(count - 17)...].prefix(8)) == [0x5E, 0x2A, 0x4D, 0x18, 9, 0, 0, 0])
    }

    @Test func `every truncation within a frame is named as such`() throws {
        let whole = try bytes(of: written([sample(3000)], to: "a.zst"))
        for count in 0..<whole.count {
            let path = try saved(Array(whole[..<count]), to: "cut")
            #expect(
                throws: CompressionError.endsEarly(path: path, byte: count),
                "cut at \(count)"
            ) { try contents(of: path) }
        }
    }

    @Test func `a second frame that is cut is named as such`() throws {
        let first = try bytes(of: written([sample(300)], to: "a.zst"))
        let frame = try bytes(of: written([sample(200)], to: "b.zst", skippable: sample(20)))
        for count in 1..<frame.count where count != frame.count - 28 {
            let path = try saved(first + frame[..<count], to: "cut")
            #expect(throws: CompressionError.self, "cut at \(count)") { try contents(of: path) }
        }
    }

    @Test func `no flipped bit changes the text in silence`() throws {
        let text = sample(400)
        let whole = try bytes(of: written([text], to: "a.zst"))
        var harmless = 0
        for bit in 0..<(whole.count * 8) {
            var damaged = whole
            damaged[bit / 8] ^= 1 << (bit % 8)
            let path = try saved(damaged, to: "damaged")
            guard let read = try? contents(of: path) else { continue }
            let isSame = read == text
            #expect(isSame, "bit \(bit)")
            harmless += 1
        }
        // Unused bits of a descriptor, and a larger window than needed, mean nothing.
        #expect(harmless < 16)
    }

    @Test(arguments: [[], Array("rubbish and more of it".utf8), [0x1F, 0x8B, 8, 0, 0, 0, 0, 0]])
    func `what is no zstd is refused`(bytes: [UInt8]) throws {
        let path = try saved(bytes, to: "other")
        #expect(throws: CompressionError.self) { try contents(of: path) }
    }

    @Test func `a window above the limit is refused before memory is taken`() throws {
        // Magic, no content size, window descriptor of 2 GiB, one empty last block.
        let path = try saved([0x28, 0xB5, 0x2F, 0xFD, 0, 21 << 3, 1, 0, 0], to: "wide")
        do {
            _ = try contents(of: path)
            Issue.record("expected an error")
        } catch CompressionError.corrupt(_, _, let detail) {
            #expect(detail.contains("memory"))
        }
        #expect(ZstdReader.windowLimit == 8 << 20)
    }

    @Test func `a small file that means much is given in pieces`() throws {
        let size = 64 << 20
        var writer = try ZstdWriter(creating: place("bomb"))
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        for _ in 0..<64 { try writer.write(zeros.span) }
        try writer.finish()
        #expect(try bytes(of: place("bomb")).count < 16 << 10)
        var reader = try ZstdReader(path: place("bomb"))
        var buffer = [UInt8](repeating: 1, count: 1000)
        #expect(try reader.read(into: &buffer, from: 400) == 600)
        #expect(buffer[..<400].allSatisfy { $0 == 1 })
        var total = 600
        buffer = [UInt8](repeating: 1, count: 1 << 20)
        while case let count = try reader.read(into: &buffer), count > 0 { total += count }
        #expect(total == size)
    }

    @Test func `an existing file is not overwritten`() throws {
        let path = try saved([1, 2, 3], to: "precious")
        #expect(throws: CompressionError.self) { _ = try ZstdWriter(creating: path).path }
        #expect(try bytes(of: path) == [1, 2, 3])
    }

    @Test func `an absent file is named`() {
        let path = place("absent")
        #expect(throws: CompressionError.system(action: "open", path: path, code: 2)) {
            _ = try ZstdReader(path: path).fileOffset
        }
    }
}

/// Text that compresses somewhat and repeats at no short period.
private func sample(_ size: Int) -> [UInt8] {
    var state: UInt32 = 12345
    return (0..<size).map { _ in
        state = state &* 1_664_525 &+ 1_013_904_223
        return 0x30 + UInt8(state >> 28)
    }
}

private func place(_ name: String) -> String { TemporaryDirectory.path + "/" + name }

/// A file with a frame for each part.
private func written(
    _ parts: [[UInt8]],
    to name: String,
    skippable: [UInt8]? = nil
) throws -> String {
    var writer = try ZstdWriter(creating: place(name))
    for part in parts {
        try writer.write(part.span)
        try writer.endFrame()
    }
    if let skippable { try writer.writeSkippable(skippable.span) }
    try writer.finish()
    return place(name)
}

private func saved(_ bytes: [UInt8], to name: String) throws -> String {
    try Data(bytes).write(to: URL(filePath: place(name)))
    return place(name)
}

private func bytes(of path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path)))
}

@discardableResult
private func contents(of path: String, from: Int = 0, chunk: Int = 50_000) throws -> [UInt8] {
    var reader = try ZstdReader(path: path, from: from)
    var buffer = [UInt8](repeating: 0, count: chunk)
    var text: [UInt8] = []
    while true {
        let count = try reader.read(into: &buffer)
        if count == 0 { return text }
        text += buffer[..<count]
    }
}
