internal import Digests
internal import Platform

/// Takes secrets out of texts: those that are known, and what looks like one.
struct Redactor {
    /// What stands in the place of what was taken out.
    static let mark = Array("[redacted]".utf8)

    private let secrets: [SecretValue]
    /// Paths and names that tell who the user is, and what to write in their place.
    private let names: [(found: [UInt8], written: [UInt8])]

    /// A run of this many characters without a space is a key or a hash, not a word.
    static let opaqueLength = 40
    /// The least length of a value beside a telling name that counts in binary files.
    static let binaryLength = 16

    private static let pemBegin = Array("-----BEGIN ".utf8)
    private static let pemEnd = Array("-----END ".utf8)
    private static let pemWord = Array("PRIVATE KEY".utf8)

    /// Makes a redactor.
    ///
    /// - Parameters:
    ///   - secrets: What is known to be secret.
    ///   - home: The user's home directory; it becomes `~`.
    ///   - host: The machine's name; it becomes `[host]` where it is long enough to be told apart.
    init(_ secrets: [SecretValue], home: String?, host: String?) {
        self.secrets = secrets
        var names: [(found: [UInt8], written: [UInt8])] = []
        if let home, home.utf8.count > 3 { names.append((Array(home.utf8), Array("~".utf8))) }
        if let host, host.utf8.count > 3, host != "localhost" {
            names.append((Array(host.utf8), Array("[host]".utf8)))
        }
        self.names = names
    }

    /// A text without secrets, and how many were taken out.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - isForeign: Whether others wrote it: then long opaque runs are taken out too, which in
    ///     what this program writes are hashes.
    /// - Returns: What was asked for.
    func redact(_ text: [UInt8], isForeign: Bool) -> (text: [UInt8], count: Int) {
        var ranges = known(in: text) + keys(in: text)
        if isForeign { ranges += opaque(in: text) }
        let values = ToldValues(in: text, atLeast: 1).found
        let (clean, count) = Self.replacing(
            values + ranges.map { ToldValues.Value(range: $0) },
            in: text
        )
        return (names.reduce(clean) { $0.replacing($1.found, by: $1.written) }, count)
    }

    /// Where the first secret is in bytes that must stay as they are; `nil` where none is.
    func firstSecret(in bytes: [UInt8]) -> Int? {
        let told = ToldValues(in: bytes, atLeast: Self.binaryLength).found.map(\.range)
        return (known(in: bytes) + told + keys(in: bytes)).map(\.lowerBound).min()
    }

    /// Values that are known, in any form.
    private func known(in text: [UInt8]) -> [Range<Int>] {
        secrets.flatMap { secret in
            secret.forms.flatMap { Self.places(of: $0, in: text) }
        }
    }

    private static func places(of form: [UInt8], in text: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var start = 0
        while let place = text.span.firstOffset(of: form.span, from: start) {
            found.append(place..<(place + form.count))
            start = place + form.count
        }
        return found
    }

    /// Private keys in PEM, from their first line to their last, or to the end.
    private func keys(in text: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var start = 0
        while let begin = text.span.firstOffset(of: Self.pemBegin.span, from: start) {
            start = begin + Self.pemBegin.count
            let line = text[start..<min(start + 64, text.count)].prefix { $0 != 0x0A }
            guard Array(line).span.firstOffset(of: Self.pemWord.span, from: 0) != nil else {
                continue
            }
            var end = text.count
            if let last = text.span.firstOffset(of: Self.pemEnd.span, from: start) {
                let dashes = text[(last + Self.pemEnd.count)...].prefix(64).prefix { $0 != 0x0A }
                end = last + Self.pemEnd.count + dashes.count
            }
            found.append(begin..<end)
            start = end
        }
        return found
    }

    /// Runs of characters that only keys and hashes have.
    ///
    /// Base64 knows the slash, and so do paths: with one in it a run must be of mixed letters and
    /// digits.
    private func opaque(in text: [UInt8]) -> [Range<Int>] {
        let plain = runs(in: text) { Self.isName($0) || $0 == 0x2B || $0 == 0x3D }
        let slashed = runs(in: text) { Self.isName($0) || [0x2B, 0x3D, 0x2F].contains($0) }
        return plain
            + slashed.filter { run in
                let part = text[run]
                return part.contains { (0x41...0x5A).contains($0) }
                    && part.contains { (0x61...0x7A).contains($0) }
                    && part.contains { (0x30...0x39).contains($0) }
            }
    }

    private func runs(in text: [UInt8], of isPart: (UInt8) -> Bool) -> [Range<Int>] {
        var found: [Range<Int>] = []
        var begin = 0
        for index in 0...text.count {
            if index < text.count, isPart(text[index]) { continue }
            if index - begin >= Self.opaqueLength { found.append(begin..<index) }
            begin = index + 1
        }
        return found
    }

    private static func replacing(
        _ values: [ToldValues.Value],
        in text: [UInt8]
    ) -> (text: [UInt8], count: Int) {
        var clean: [UInt8] = []
        var count = 0
        var end = 0
        for value in values.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
            if value.range.lowerBound >= end {
                clean += text[end..<value.range.lowerBound]
                clean += value.written
                count += 1
            }
            end = max(end, value.range.upperBound)
        }
        clean += text[end...]
        return (clean, count)
    }

    /// Whether names are made of such characters.
    static func isName(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte & 0xDF) || (0x30...0x39).contains(byte) || byte == 0x2D
            || byte == 0x5F
    }
}

// MARK: Files

extension Redactor {
    /// Where the first secret is in a file that must stay as it is; `nil` where none is.
    func firstSecret(inFile path: String) throws(PlatformError) -> Int? {
        let file = try File(path: path, mode: .read)
        var place = 0
        while true {
            let bytes = try file.read(at: place, count: Self.pieceSize + Self.overlap)
            if let found = firstSecret(in: bytes) { return place + found }
            if bytes.count <= Self.pieceSize { return nil }
            place += Self.pieceSize
        }
    }

    private static var pieceSize: Int { 4 << 20 }
    /// A secret may lie across two pieces.
    private static var overlap: Int { 16 << 10 }
}

extension [UInt8] {
    /// The bytes with every run of `found` written as something else.
    func replacing(_ found: [UInt8], by written: [UInt8]) -> [UInt8] {
        if found.isEmpty { return self }
        var clean: [UInt8] = []
        var end = 0
        while let place = span.firstOffset(of: found.span, from: end) {
            clean += self[end..<place] + written
            end = place + found.count
        }
        return clean + self[end...]
    }
}
