@testable import JSON

/// JSON texts, and the scanner that says where a refused one is wrong.
final class JSONDecoder: Decoder {
    private static let depth = 8
    private var parser = JSONParser(maximumBytes: 1 << 20, maximumDepth: JSONDecoder.depth)

    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws {
        var scanner = FaultScanner(maximumDepth: Self.depth)
        let found = scanner.firstFault(in: bytes.span)
        if let found {
            try require(found.offset <= bytes.count, "a fault lies within the text")
        }
        try Self.parse(bytes, with: &parser, isSound: found == nil || scanner.isTooDeep)
    }

    private static func parse(
        _ bytes: [UInt8],
        with parser: inout JSONParser,
        isSound: Bool
    ) throws {
        do {
            let root = try parser.parse(bytes.span)
            try require(isSound, "what is parsed has no fault")
            var budget = 10_000
            try walk(root, level: 0, &budget)
        } catch let error as JSONError {
            try require(!"\(error)".isEmpty, "a refusal has words")
        }
    }

    private static func walk(
        _ value: JSONValue,
        level: Int,
        _ budget: inout Int
    ) throws(Contradiction) {
        try require(level <= depth + 1, "no value lies deeper than is allowed")
        budget -= 1
        if budget < 0 { return }
        _ = (value.integer, value.unsigned, value.bool, value.isNull, value.text)
        if value.isKind(.object) {
            _ = value.member("stream")
            _ = value.member("")
        }
        var members = value.members
        while let member = members.next() {
            _ = member.key.count
            try walk(member.value, level: level + 1, &budget)
        }
        var elements = value.elements
        while let element = elements.next() { try walk(element, level: level + 1, &budget) }
    }
}
