internal import Platform

/// Values that are told by what stands beside them: `signature=…`, `"apiKeys": ["…"]`,
/// `Authorization: Token …`, `https://user:…@host/`.
///
/// What was read as a value is not read again, so that it takes as long as the text is.
struct ToldValues {
    /// A value, and what is to stand in its place.
    struct Value {
        let range: Range<Int>
        var written = Redactor.mark
    }

    /// The values, in no order.
    private(set) var found: [Value] = []

    private let text: [UInt8]
    private let least: Int

    /// Parts of names whose values are secret, without dashes and underscores.
    private static let words = [
        "signature", "apikey", "secret", "passphrase", "password", "passwd", "pwd", "token",
        "listenkey", "authorization", "privatekey", "credential", "cookie", "bapisign",
        "accesskey",
    ].map { Array($0.utf8) }
    private static let wholeWords = ["sign", "key", "auth", "pass"].map { Array($0.utf8) }
    /// Parts of names of headers whose values have spaces in them.
    private static let longWords = ["authorization", "cookie"].map { Array($0.utf8) }
    /// Values that hide nothing.
    private static let literals = ["true", "false", "null"].map { Array($0.utf8) }
    /// Keys within a bracket stay, but for those that are as long as keys of another kind.
    private static let keyLength = 16

    /// Reads a text, and finds the values of at least `length` bytes.
    init(in text: [UInt8], atLeast length: Int) {
        self.text = text
        least = length
        var index = 0
        while index < text.count {
            guard Redactor.isName(text[index]) else {
                index += 1
                continue
            }
            var end = index
            while end < text.count, Redactor.isName(text[end]) { end += 1 }
            index = takeValue(of: index..<end)
        }
        for slashes in ["://", #":\/\/"#] { takeUsers(behind: Array(slashes.utf8)) }
    }

    private mutating func take(_ range: Range<Int>, written: [UInt8] = Redactor.mark) {
        if range.count >= max(least, 1) { found.append(Value(range: range, written: written)) }
    }

    private func byte(_ place: Int) -> UInt8? { place < text.count ? text[place] : nil }

    /// The first place from `place` on that holds none of `bytes`.
    private func behind(_ bytes: [UInt8], from place: Int) -> Int {
        var place = place
        while place < text.count, bytes.contains(text[place]) { place += 1 }
        return place
    }
}

// MARK: Names

extension ToldValues {
    /// Takes what stands behind a name that tells, and returns where to go on.
    private mutating func takeValue(of name: Range<Int>) -> Int {
        let end = name.upperBound
        guard name.count <= 64 else { return end }
        if let bot = bot(name) {
            take(bot)
            return bot.upperBound
        }
        let plain = text[name].filter { $0 != 0x2D && $0 != 0x5F }.map(Self.lowered)
        guard Self.wholeWords.contains(plain) || Self.holds(plain, Self.words) else { return end }
        let closing = quote(at: end)
        var place = behind(Array("\"'\\ \t".utf8), from: end)
        guard let sign = byte(place), sign == 0x3A || sign == 0x3D else { return end }
        place = behind(Array("=> \t".utf8), from: place + 1)
        if let opening = quote(at: place) {
            if closing == nil, isEnd(opening.end) { return end }
            let quoted = quoted(opening)
            take(quoted.content)
            return max(quoted.end, end)
        }
        if byte(place) == 0x5B || byte(place) == 0x7B { return takeBracket(at: place, closing) }
        if Self.holds(plain, Self.longWords) || isScheme(at: place) {
            let value = place..<lineEnd(from: place)
            take(value)
            return max(value.upperBound, end)
        }
        return max(takeBare(at: place, closing, until: Array(" \"'&,;}])".utf8)), end)
    }

    private static func lowered(_ byte: UInt8) -> UInt8 {
        (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
    }

    private static func holds(_ name: [UInt8], _ words: [[UInt8]]) -> Bool {
        words.contains { name.span.firstOffset(of: $0.span, from: 0) != nil }
    }

    /// What only the owner of a bot knows, behind the bot's number: `bot110201543:AAH…`.
    private func bot(_ name: Range<Int>) -> Range<Int>? {
        let digits = text[name].starts(with: "bot".utf8) ? name.dropFirst(3) : name
        guard (6...12).contains(digits.count), byte(name.upperBound) == 0x3A,
            digits.allSatisfy({ (0x30...0x39).contains(text[$0]) })
        else { return nil }
        let start = name.upperBound + 1
        var end = start
        while end < text.count, Redactor.isName(text[end]) { end += 1 }
        return end - start >= 30 ? start..<end : nil
    }

    /// Whether a value begins with a word that more follows.
    private func isScheme(at place: Int) -> Bool {
        let word = text[place...].prefix(8).prefix { $0 != 0x20 }
        let plain = word.map { $0 | 0x20 }
        return byte(place + word.count) == 0x20
            && ["bearer", "basic", "hmac", "digest", "token"].contains {
                plain.elementsEqual($0.utf8)
            }
    }

    /// Takes who is named before the host of a URL, and with which password.
    private mutating func takeUsers(behind slashes: [UInt8]) {
        var start = 0
        let ends = Array("/?#\"'\\<>".utf8)
        while let found = text.span.firstOffset(of: slashes.span, from: start) {
            let begin = found + slashes.count
            var end = begin
            var sign: Int?
            while end < text.count, text[end] > 0x20, !ends.contains(text[end]) {
                if text[end] == 0x40 { sign = end }
                end += 1
            }
            if let sign { take(begin..<sign) }
            start = end
        }
    }
}

// MARK: Values

extension ToldValues {
    /// A quotation mark and the backslashes before it: in a text within a text it is `\"`.
    private struct Quote {
        let start: Int
        let mark: Int
        var end: Int { mark + 1 }
        var slashes: Int { mark - start }
    }

    private func quote(at place: Int) -> Quote? {
        let mark = behind([0x5C], from: place)
        return byte(mark) == 0x22 || byte(mark) == 0x27 ? Quote(start: place, mark: mark) : nil
    }

    /// What stands between a quotation mark and the one that closes it, on the same line, and
    /// where to go on.
    ///
    /// Each level of texts within texts doubles the backslashes before a mark, and adds one.
    private func quoted(_ opening: Quote) -> (content: Range<Int>, end: Int) {
        let level = opening.slashes
        var place = opening.end
        var slashes = 0
        while let byte = byte(place), byte >= 0x20 || byte == 0x09 {
            if byte == text[opening.mark] {
                // The mark of a text around this one.
                if slashes < level { return (opening.end..<(place - slashes), place - slashes) }
                if (slashes - level).isMultiple(of: 2 * (level + 1)) {
                    return (opening.end..<(place - level), place + 1)
                }
            }
            slashes = byte == 0x5C ? slashes + 1 : 0
            place += 1
        }
        return (opening.end..<place, place)
    }

    /// Whether a quotation mark before `place` closes a text around the name: nothing stands
    /// there but what follows a text in JSON.
    private func isEnd(_ place: Int) -> Bool {
        let next = behind(Array("}])".utf8), from: place)
        guard let byte = byte(next), byte >= 0x20 else { return true }
        return byte == 0x2C && quote(at: behind([0x20], from: next + 1)) != nil
    }

    /// Takes a value without quotation marks, and returns where it ends.
    ///
    /// Beside a name within such marks it is JSON, and what is written for it gets them too.
    private mutating func takeBare(at start: Int, _ closing: Quote?, until ends: [UInt8]) -> Int {
        var end = start
        while let byte = byte(end), byte >= 0x20, !ends.contains(byte) { end += 1 }
        var last = end
        while last > start, text[last - 1] == 0x5C { last -= 1 }
        guard let closing else {
            take(start..<last)
            return end
        }
        if !Self.literals.contains(Array(text[start..<last])) {
            let mark = text[closing.start..<closing.end]
            take(start..<last, written: mark + Redactor.mark + mark)
        }
        return end
    }

    /// Where a header's value ends: with its line, or with the quotation marks around it, which
    /// those of `name="…"` within are not.
    private func lineEnd(from start: Int) -> Int {
        var place = start
        while let byte = byte(place), byte >= 0x20 || byte == 0x09 {
            let next = behind([0x5C], from: place)
            if let opening = quote(at: place) {
                // A padded value ends so too: what stands behind the mark tells them apart.
                guard place > start, text[place - 1] == 0x3D, !isEnd(opening.end) else {
                    return place
                }
                place = quoted(opening).end
            } else {
                place = max(next, place + 1)
            }
        }
        return place
    }

    /// Takes every value within a bracket, over lines that can belong to it, and returns where it
    /// is closed.
    private mutating func takeBracket(at start: Int, _ closing: Quote?) -> Int {
        var depth = 0
        var place = start
        let ends = Array(" ,:=[]{}\"'".utf8)
        while let byte = byte(place) {
            switch byte {
            case 0x5B, 0x7B: depth += 1
            case 0x5D, 0x7D: depth -= 1
            case 0x0A, 0x0D: if !goesOn(at: place + 1) { return place }
            case 0x09, 0x20, 0x2C, 0x3A, 0x3D: break
            case ..<0x20: return place
            default:
                if let opening = quote(at: place) {
                    if let closing, opening.slashes < closing.slashes { return place }
                    let quoted = quoted(opening)
                    if !isKey(quoted.content, before: quoted.end) { take(quoted.content) }
                    place = quoted.end
                } else {
                    let values = found.count
                    let end = takeBare(at: place, closing, until: ends)
                    if isKey(place..<end, before: end) { found.removeLast(found.count - values) }
                    place = max(end, place + 1)
                }
                continue
            }
            place += 1
            if depth == 0 { break }
        }
        return place
    }

    /// Whether a text is the key of a value, and too short to be secret itself.
    private func isKey(_ range: Range<Int>, before end: Int) -> Bool {
        let sign = byte(behind([0x20, 0x09], from: end))
        return range.count < Self.keyLength && (sign == 0x3A || sign == 0x3D)
    }

    /// Whether a line can go on with what the line before began.
    private func goesOn(at place: Int) -> Bool {
        guard let byte = byte(place) else { return false }
        return Array(" \t\r\n]}\"',".utf8).contains(byte)
    }
}
