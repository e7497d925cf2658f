/// The header of one file in a tar archive: ustar, plain files only.
struct TarEntry: Hashable {
    /// The path within the archive.
    var name: String
    /// Bytes of the file.
    var size: Int
    /// Seconds since 1970.
    var modified: Int

    static let blockSize = 512

    /// Bytes of zeros behind the file, up to the next block.
    var padding: Int { (Self.blockSize - size % Self.blockSize) % Self.blockSize }

    /// The header's bytes.
    ///
    /// Nothing of the machine is in it: no user, no group, and a mode that only the owner reads.
    var block: [UInt8] {
        var block = [UInt8](repeating: 0, count: Self.blockSize)
        func put(_ text: String, _ place: Int) {
            for (index, byte) in text.utf8.enumerated() { block[place + index] = byte }
        }
        put(name, 0)
        put(Self.octal(0o600, 7), 100)
        put(Self.octal(0, 7), 108)
        put(Self.octal(0, 7), 116)
        put(Self.octal(size, 11), 124)
        put(Self.octal(modified, 11), 136)
        put("        ", 148)
        put("0", 156)
        put("ustar", 257)
        put("00", 263)
        put(Self.octal(Self.sum(block), 6), 148)
        block[154] = 0
        return block
    }

    /// Reads a header.
    ///
    /// - Throws: ``TarFault`` for everything that a bundle does not need: links, directories,
    ///   devices, long names, extensions.
    init(_ block: [UInt8]) throws(TarFault) {
        var sum = block.reduce(0) { $0 + Int($1) }
        for place in 148..<156 { sum += 0x20 - Int(block[place]) }
        guard Self.number(block[148..<156]) == sum else { throw .checksum }
        guard block[257..<262].elementsEqual("ustar".utf8) else { throw .format }
        guard block[156] == 0x30 || block[156] == 0 else { throw .notAFile }
        guard block[157] == 0, block[345] == 0 else { throw .notAFile }
        guard let name = String(validating: block[..<100].prefix { $0 != 0 }, as: UTF8.self),
            let size = Self.number(block[124..<136]), let modified = Self.number(block[136..<148])
        else { throw .format }
        self.name = name
        self.size = size
        self.modified = modified
    }

    /// Describes a file whose name has less than 100 bytes.
    init(name: String, size: Int, modified: Int) {
        self.name = name
        self.size = size
        self.modified = modified
    }

    private static func sum(_ block: [UInt8]) -> Int { block.reduce(0) { $0 + Int($1) } }

    private static func octal(_ value: Int, _ width: Int) -> String {
        let digits = String(max(0, value), radix: 8)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// A number in octal digits, with spaces or zeros around it.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
        guard digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
        return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }
}

/// What is wrong with a tar archive.
enum TarFault: Error {
    case checksum
    case format
    case notAFile
    case endsEarly
    case goesOn

    var meaning: String {
        switch self {
        case .checksum: "a header does not match its checksum"
        case .format: "a header is not that of a ustar archive"
        case .notAFile: "it holds something that is not a plain file"
        case .endsEarly: "it ends within a file, or without an end"
        case .goesOn: "something stands behind its end"
        }
    }
}
