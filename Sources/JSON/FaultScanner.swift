/// Walks a text that was refused, byte by byte, to find where it stops being JSON.
///
/// Only for messages: what is JSON, the parser decides. Keeps no stack of its own but a bit per
/// level, so that no text can exhaust the stack.
struct FaultScanner {
    typealias Found = (fault: JSONError.Fault, offset: Int)

    let maximumDepth: Int
    /// Whether the scan ended because the text is nested too deep.
    private(set) var isTooDeep = false
    private var index = 0
    /// Whether each open level is an object.
    private var levels: [Bool] = []

    init(maximumDepth: Int) { self.maximumDepth = maximumDepth }

    /// The first fault, or `nil` where this scanner finds none.
    mutating func firstFault(in bytes: Span<UInt8>) -> Found? {
        index = 0
        levels.removeAll()
        repeat {
            if let found = value(bytes) { return found }
        } while !levels.isEmpty
        skipSpace(bytes)
        return index < bytes.count ? (.structure, index) : nil
    }

    /// Passes a value, and the brackets and comma that follow it.
    private mutating func value(_ bytes: Span<UInt8>) -> Found? {
        skipSpace(bytes)
        guard index < bytes.count else { return (.structure, index) }
        let isOpening = bytes[index] == 0x7B || bytes[index] == 0x5B
        if isOpening {
            guard levels.count < maximumDepth else {
                isTooDeep = true
                return (.structure, index)
            }
            levels.append(bytes[index] == 0x7B)
            index += 1
            skipSpace(bytes)
            if index < bytes.count, bytes[index] == (levels.last == true ? 0x7D : 0x5D) {
                return close(bytes)
            }
            return levels.last == true ? key(bytes) : nil
        }
        if let found = scalar(bytes) { return found }
        return separator(bytes)
    }

    private mutating func close(_ bytes: Span<UInt8>) -> Found? {
        index += 1
        levels.removeLast()
        return separator(bytes)
    }

    private mutating func separator(_ bytes: Span<UInt8>) -> Found? {
        while let isObject = levels.last {
            skipSpace(bytes)
            guard index < bytes.count else { return (.structure, index) }
            switch bytes[index] {
            case 0x2C:
                index += 1
                return isObject ? key(bytes) : nil
            case isObject ? 0x7D : 0x5D:
                index += 1
                levels.removeLast()
            default:
                return (.structure, index)
            }
        }
        return nil
    }

    private mutating func key(_ bytes: Span<UInt8>) -> Found? {
        skipSpace(bytes)
        guard index < bytes.count, bytes[index] == 0x22 else { return (.structure, index) }
        if let found = string(bytes) { return found }
        skipSpace(bytes)
        guard index < bytes.count, bytes[index] == 0x3A else { return (.structure, index) }
        index += 1
        return nil
    }

    private mutating func scalar(_ bytes: Span<UInt8>) -> Found? {
        switch bytes[index] {
        case 0x22: return string(bytes)
        case 0x2D, 0x30...0x39: return number(bytes)
        case 0x74: return literal("true", bytes)
        case 0x66: return literal("false", bytes)
        case 0x6E: return literal("null", bytes)
        default: return (.structure, index)
        }
    }

    private mutating func literal(_ word: String, _ bytes: Span<UInt8>) -> Found? {
        let start = index
        for byte in word.utf8 {
            guard index < bytes.count, bytes[index] == byte else { return (.literal, start) }
            index += 1
        }
        return nil
    }

    private mutating func number(_ bytes: Span<UInt8>) -> Found? {
        let start = index
        var isWhole = true
        if bytes[index] == 0x2D { index += 1 }
        let digits = skipDigits(bytes)
        guard digits > 0, digits == 1 || bytes[index - digits] != 0x30 else {
            return (.number, start)
        }
        if index < bytes.count, bytes[index] == 0x2E {
            isWhole = false
            index += 1
            guard skipDigits(bytes) > 0 else { return (.number, start) }
        }
        if index < bytes.count, bytes[index] | 0x20 == 0x65 {
            isWhole = false
            index += 1
            if index < bytes.count, bytes[index] == 0x2B || bytes[index] == 0x2D { index += 1 }
            guard skipDigits(bytes) > 0 else { return (.number, start) }
        }
        return isWhole && digits > 20 ? (.number, start) : nil
    }

    private mutating func skipDigits(_ bytes: Span<UInt8>) -> Int {
        let start = index
        while index < bytes.count, (0x30...0x39).contains(bytes[index]) { index += 1 }
        return index - start
    }

    private mutating func skipSpace(_ bytes: Span<UInt8>) {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }

    private mutating func string(_ bytes: Span<UInt8>) -> Found? {
        let start = index
        index += 1
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case 0x22:
                index += 1
                return nil
            case 0x5C:
                guard index + 1 < bytes.count else { return (.string, start) }
                switch bytes[index + 1] {
                case 0x22, 0x2F, 0x5C, 0x62, 0x66, 0x6E, 0x72, 0x74, 0x75: index += 2
                default: return (.string, index)
                }
            case 0..<0x20: return (.string, index)
            case 0x20..<0x80: index += 1
            default:
                guard let count = sequence(bytes) else { return (.encoding, index) }
                index += count
            }
        }
        return (.string, start)
    }

    /// The length of the UTF-8 sequence here; `nil` where it is none.
    private func sequence(_ bytes: Span<UInt8>) -> Int? {
        let lead = bytes[index]
        let count = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        guard (0xC2...0xF4).contains(lead), index + count <= bytes.count else { return nil }
        for place in index + 1..<index + count where bytes[place] & 0xC0 != 0x80 { return nil }
        switch (lead, bytes[index + 1]) {
        case (0xE0, ..<0xA0), (0xED, 0xA0...), (0xF0, ..<0x90), (0xF4, 0x90...): return nil
        default: return count
        }
    }
}
