import Compression
import FoundationEssentials
import TestSupport
import Testing

@Suite(.temporaryDirectory) struct `Reading and writing gzip` {
    @Test(arguments: [0, 1, 100, 65_536, 1_000_003])
    func `what is written reads back`(size: Int) throws {
        let text = sample(size)
        let path = try written(text, to: "a.gz")
        #expect(try contents(of: path) == text)
    }

    @Test func `a plain file is handed through`() throws {
        let text = sample(200_000)
        let path = try saved(text, to: "plain")
        #expect(try contents(of: path) == text)
        let reader = try GzipReader(path: path)
        #expect(reader.format == .plain)
    }

    @Test(arguments: [0, 1]) func `a file too short for a magic number is plain`(size: Int) throws {
        let path = try saved([UInt8](repeating: 0x1F, count: size), to: "short")
        #expect(try contents(of: path).count == size)
    }

    @Test func `several members read as one`() throws {
        let first = try bytes(of: written(sample(70_000), to: "a.gz"))
        let second = try bytes(of: written([], to: "b.gz"))
        let third = try bytes(of: written(sample(5), to: "c.gz"))
        let path = try saved(first + second + third, to: "all.gz")
        #expect(try contents(of: path) == sample(70_000) + sample(5))
    }

    @Test func `small reads give the same as large ones`() throws {
        let text = sample(10_000)
        let path = try written(text, to: "a.gz")
        #expect(try contents(of: path, chunk: 7) == text)
    }

    @Test func `what was flushed is readable before the end`() throws {
        let path = TemporaryDirectory.path + "/growing.gz"
        var writer = try GzipWriter(creating: path)
        let text = sample(1000)
        try writer.write(text.span)
        try writer.flush()
        var reader = try GzipReader(path: path)
        var buffer = [UInt8](repeating: 0, count: 2000)
        #expect(try reader.read(into: &buffer) == 1000)
        try writer.finish()
    }

    @Test func `every truncation is named as such`() throws {
        let whole = try bytes(of: written(sample(3000), to: "a.gz"))
        for count in 2..<whole.count {
            let path = try saved(Array(whole[..<count]), to: "cut")
            #expect(
                throws: CompressionError.endsEarly(path: path, byte: count),
                "cut at \(count)"
            ) { try contents(of: path) }
        }
    }

    @Test func `a second member that is cut is named as such`() throws {
        let member = try bytes(of: written(sample(300), to: "a.gz"))
        for count in 1..<member.count {
            let path = try saved(member + member[..<count], to: "cut")
            #expect(throws: CompressionError.self, "cut at \(count)") { try contents(of: path) }
        }
    }

    @Test func `no flipped bit changes the text in silence`() throws {
        let text = sample(3000)
        let whole = try bytes(of: written(text, to: "a.gz"))
        // The ten bytes of the header carry a time and a system, which mean nothing here.
        for index in 10..<whole.count {
            var damaged = whole
            damaged[index] ^= 0x10
            let path = try saved(damaged, to: "damaged")
            // Bits that only fill up the last byte of the data mean nothing either.
            guard let read = try? contents(of: path) else { continue }
            #expect(read == text, "byte \(index)")
        }
    }

    @Test func `rubbish behind the end is corrupt`() throws {
        let member = try bytes(of: written(sample(300), to: "a.gz"))
        let path = try saved(member + Array("rubbish".utf8), to: "tail")
        do {
            _ = try contents(of: path)
            Issue.record("expected an error")
        } catch CompressionError.corrupt(_, let byte, _) {
            #expect(byte >= member.count)
        }
    }

    @Test func `an existing file is not overwritten`() throws {
        let path = try saved([1, 2, 3], to: "precious")
        #expect(throws: CompressionError.self) { _ = try GzipWriter(creating: path).path }
        #expect(try contents(of: path) == [1, 2, 3])
    }

    @Test func `an absent file is named`() {
        let path = TemporaryDirectory.path + "/absent"
        #expect(throws: CompressionError.system(action: "open", path: path, code: 2)) {
            _ = try GzipReader(path: path).format
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

private func written(_ bytes: [UInt8], to name: String) throws -> String {
    let path = TemporaryDirectory.path + "/" + name
    var writer = try GzipWriter(creating: path)
    try writer.write(bytes.span)
    try writer.finish()
    return path
}

private func saved(_ bytes: [UInt8], to name: String) throws -> String {
    let path = TemporaryDirectory.path + "/" + name
    try Data(bytes).write(to: URL(filePath: path))
    return path
}

private func bytes(of path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path)))
}

@discardableResult
private func contents(of path: String, chunk: Int = 50_000) throws -> [UInt8] {
    var reader = try GzipReader(path: path)
    var buffer = [UInt8](repeating: 0, count: chunk)
    var text: [UInt8] = []
    while true {
        let count = try reader.read(into: &buffer)
        if count == 0 { return text }
        text += buffer[..<count]
    }
}
