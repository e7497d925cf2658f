import Foundation

/// Cuts Swift source into tokens, well enough for rules: comments nest, strings may be raw, of
/// several lines, and hold code.
struct SwiftScanner {
    private(set) var tokens: [SwiftToken] = []
    private(set) var comments: [Int: String] = [:]
    private(set) var linesInsideStrings: Set<Int> = []
    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var isApart = true

    init(_ text: String) { bytes = Array(text.utf8) }

    mutating func scan() {
        while index < bytes.count { scanOne() }
    }

    private func byte(_ offset: Int = 0) -> UInt8 {
        index + offset < bytes.count ? bytes[index + offset] : 0
    }

    private mutating func scanOne() {
        let first = byte()
        switch first {
        case Ascii.newline:
            line += 1
            skip(1)
        case Ascii.space, Ascii.tab, Ascii.carriageReturn:
            skip(1)
        case Ascii.slash where byte(1) == Ascii.slash:
            scanLineComment()
        case Ascii.slash where byte(1) == Ascii.star:
            scanBlockComment()
        case Ascii.quote:
            scanString(hashes: 0)
        case Ascii.hash where hashesBeforeQuote > 0:
            scanString(hashes: hashesBeforeQuote)
        case Ascii.backtick:
            scanWord { $0 != Ascii.backtick }
        case _ where Ascii.isWord(first):
            scanWord(Ascii.isWord)
        default:
            emit(1)
        }
    }

    private mutating func skip(_ count: Int) {
        index += count
        isApart = true
    }

    private mutating func emit(_ count: Int) {
        let text = String(decoding: bytes[index..<min(index + count, bytes.count)], as: UTF8.self)
        tokens.append(SwiftToken(text: text, line: line, isApart: isApart))
        index += count
        isApart = false
    }

    private mutating func scanWord(_ goesOn: (UInt8) -> Bool) {
        var length = 1
        while index + length < bytes.count, goesOn(byte(length)) { length += 1 }
        emit(byte() == Ascii.backtick ? length + 1 : length)
    }

    private mutating func scanLineComment() {
        let start = index
        while index < bytes.count, byte() != Ascii.newline { index += 1 }
        comments[line] = String(decoding: bytes[start..<index], as: UTF8.self)
        isApart = true
    }

    private mutating func scanBlockComment() {
        var depth = 0
        repeat {
            if byte() == Ascii.slash && byte(1) == Ascii.star {
                depth += 1
                skip(2)
            } else if byte() == Ascii.star && byte(1) == Ascii.slash {
                depth -= 1
                skip(2)
            } else {
                if byte() == Ascii.newline { line += 1 }
                skip(1)
            }
        } while depth > 0 && index < bytes.count
    }

    private var hashesBeforeQuote: Int {
        var count = 0
        while byte(count) == Ascii.hash { count += 1 }
        return byte(count) == Ascii.quote ? count : 0
    }

    private mutating func scanString(hashes: Int) {
        tokens.append(SwiftToken(text: "\"\"", line: line, isApart: isApart))
        index += hashes
        let isLong = byte(1) == Ascii.quote && byte(2) == Ascii.quote
        let quotes = isLong ? 3 : 1
        index += quotes
        while index < bytes.count, !isAt(Ascii.quote, quotes, hashes) {
            if byte() == Ascii.backslash, isAt(Ascii.backslash, 1, hashes) {
                index += 1 + hashes
                if byte() == Ascii.open { scanInterpolation() } else { index += 1 }
            } else {
                if byte() == Ascii.newline {
                    // A string of one line ends with it, whatever this scanner misread.
                    guard isLong else { return }
                    line += 1
                    linesInsideStrings.insert(line)
                }
                index += 1
            }
        }
        index += quotes + hashes
        isApart = false
    }

    /// Whether `count` times the character and then the hashes stand here.
    private func isAt(_ character: UInt8, _ count: Int, _ hashes: Int) -> Bool {
        for offset in 0..<count where byte(offset) != character { return false }
        for offset in count..<(count + hashes) where byte(offset) != Ascii.hash { return false }
        return true
    }

    private mutating func scanInterpolation() {
        var depth = 0
        repeat {
            if byte() == Ascii.open { depth += 1 }
            if byte() == Ascii.close { depth -= 1 }
            scanOne()
        } while depth > 0 && index < bytes.count
    }
}

private enum Ascii {
    static let newline = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let tab = UInt8(ascii: "\t")
    static let space = UInt8(ascii: " ")
    static let slash = UInt8(ascii: "/")
    static let star = UInt8(ascii: "*")
    static let quote = UInt8(ascii: "\"")
    static let hash = UInt8(ascii: "#")
    static let backtick = UInt8(ascii: "`")
    static let backslash = UInt8(ascii: "\\")
    static let open = UInt8(ascii: "(")
    static let close = UInt8(ascii: ")")

    /// Letters, digits, the underscore, and every byte of a character beyond ASCII.
    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }
}
