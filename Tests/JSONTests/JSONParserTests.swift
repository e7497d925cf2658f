import JSON
import Testing

@Suite struct `Parsing JSON` {
    @Test func `values keep their kinds and members their order`() throws {
        var parser = JSONParser()
        let bytes =
            Array(
                #" {"s":"a\"b\u00e9","i":-5,"u":18446744073709551615,"d":1.5,"t":true,"n":null,"#
                    .utf8
            )
            + Array(#""list":[1,[2,3],{"k":4}],"last":false} "#.utf8)
        let root = try parser.parse(bytes.span)
        var keys: [String] = []
        var kinds: [JSONValue.Kind] = []
        var members = root.members
        while let member = members.next() {
            kinds.append(member.value.kind)
            keys.append(text(member.key))
        }
        #expect(keys == ["s", "i", "u", "d", "t", "n", "list", "last"])
        let expected: [JSONValue.Kind] = [
            .string, .integer, .unsigned, .fraction, .yes, .null, .array, .no,
        ]
        #expect(kinds == expected)
        #expect(root.member("s")?.text == "a\"b\u{e9}")
        #expect(root.member("i")?.integer == -5)
        #expect(root.member("u")?.unsigned == .max)
        #expect(root.member("u")?.integer == nil)
        #expect(root.member("d")?.integer == nil)
        #expect(root.member("t")?.bool == true)
        #expect(root.member("n")?.isNull == true)
        #expect(root.member("absent")?.isNull == nil)
    }

    @Test func `elements of nested arrays are walked in order`() throws {
        var parser = JSONParser()
        let bytes = Array(#"[1,[2,[],{}],"x",{"a":[3]},4]"#.utf8)
        let root = try parser.parse(bytes.span)
        var kinds: [JSONValue.Kind] = []
        var elements = root.elements
        while let element = elements.next() { kinds.append(element.kind) }
        #expect(kinds == [.integer, .array, .string, .object, .integer])
    }

    @Test func `a scalar has no members and no elements`() throws {
        var parser = JSONParser()
        let bytes = Array("42".utf8)
        let root = try parser.parse(bytes.span)
        var members = root.members
        var elements = root.elements
        #expect(members.next()?.value.integer == nil)
        #expect(elements.next()?.integer == nil)
    }

    @Test func `a parser goes on after a document that was refused`() throws {
        var parser = JSONParser()
        let bad = Array("[1,".utf8)
        let good = Array("[7]".utf8)
        #expect(throws: JSONError.self) { try fails(&parser, bad) }
        var elements = try parser.parse(good.span).elements
        #expect(elements.next()?.integer == 7)
    }

    @Test func `a document that fills the buffer to the byte is read`() throws {
        var parser = JSONParser()
        for size in [4095, 4096, 4097, 8192, 65_536] {
            let bytes = [0x22] + [UInt8](repeating: 0x61, count: size - 2) + [0x22]
            let root = try parser.parse(bytes.span)
            #expect(root.string?.count == size - 2)
        }
    }
}

@Suite struct `Refusing what is not JSON` {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var error: JSONError
        var testDescription: String { "\(text.prefix(40)) → \(error)" }
    }

    static let cases: [Case] = [
        Case(text: "", error: .empty),
        Case(text: "  \n", error: .empty),
        Case(text: "{", error: .malformed(.structure, offset: 1)),
        Case(text: "[1,]", error: .malformed(.structure, offset: 3)),
        Case(text: "[1 2]", error: .malformed(.structure, offset: 3)),
        Case(text: "[1]x", error: .malformed(.structure, offset: 3)),
        Case(text: "[1][2]", error: .malformed(.structure, offset: 3)),
        Case(text: #"{"a"}"#, error: .malformed(.structure, offset: 4)),
        Case(text: #"{"a":1,}"#, error: .malformed(.structure, offset: 7)),
        Case(text: #"{1:2}"#, error: .malformed(.structure, offset: 1)),
        Case(text: "[tru]", error: .malformed(.literal, offset: 1)),
        Case(text: "[nul", error: .malformed(.literal, offset: 1)),
        Case(text: "[01]", error: .malformed(.number, offset: 1)),
        Case(text: "[1.]", error: .malformed(.number, offset: 1)),
        Case(text: "[-]", error: .malformed(.number, offset: 1)),
        Case(text: "[1e]", error: .malformed(.number, offset: 1)),
        Case(text: "[123456789012345678901]", error: .malformed(.number, offset: 1)),
        Case(text: #"["a"#, error: .malformed(.string, offset: 1)),
        Case(text: #"["\q"]"#, error: .malformed(.string, offset: 2)),
        Case(text: "[\"a\u{1}\"]", error: .malformed(.string, offset: 3)),
    ]

    @Test(arguments: cases)
    func `the error names the fault and its byte`(item: Case) {
        var parser = JSONParser()
        #expect(throws: item.error) { try fails(&parser, Array(item.text.utf8)) }
    }

    @Test(arguments: [
        [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2],
    ])
    func `bytes that are not UTF-8 are refused with their place`(bytes: [UInt8]) {
        var parser = JSONParser()
        let document = Array("[\"ab".utf8) + bytes + Array("\"]".utf8)
        #expect(throws: JSONError.malformed(.encoding, offset: 4)) {
            try fails(&parser, document)
        }
    }

    @Test func `nesting is limited to the depth asked for`() throws {
        var parser = JSONParser(maximumDepth: 5)
        let allowed = Array((String(repeating: "[", count: 5) + "1]]]]]").utf8)
        _ = try parser.parse(allowed.span).kind
        for depth in [6, 1000, 1_000_000] {
            let bytes = [UInt8](repeating: 0x5B, count: depth)
            #expect(throws: JSONError.tooDeep(limit: 5)) { try fails(&parser, bytes) }
            let closed = bytes + [0x31] + [UInt8](repeating: 0x5D, count: depth)
            #expect(throws: JSONError.tooDeep(limit: 5)) { try fails(&parser, closed) }
        }
    }

    @Test func `a document above the size limit is refused before it is read`() {
        var parser = JSONParser(maximumBytes: 10)
        #expect(throws: JSONError.tooLarge(bytes: 11, limit: 10)) {
            try fails(&parser, [UInt8](repeating: 0x20, count: 11))
        }
    }

    @Test func `a hundred megabytes of hostile text are refused`() {
        var parser = JSONParser(maximumBytes: 200 << 20)
        #expect(throws: JSONError.tooDeep(limit: 64)) {
            try fails(&parser, [UInt8](repeating: 0x5B, count: 100 << 20))
        }
        // What is slow here is naming the byte, in a debug build.
        let size = 4 << 20
        #expect(throws: JSONError.malformed(.string, offset: 0)) {
            try fails(&parser, [0x22] + [UInt8](repeating: 0x61, count: size))
        }
        #expect(throws: JSONError.malformed(.number, offset: 0)) {
            try fails(&parser, [UInt8](repeating: 0x39, count: size))
        }
    }

    @Test func `every cut of a document is refused`() {
        var parser = JSONParser()
        let whole = Array(#"{"a":["1.5",true,{"b":null}],"c":-12}"#.utf8)
        for count in 0..<whole.count {
            #expect(throws: JSONError.self, "cut at \(count)") {
                try fails(&parser, Array(whole[..<count]))
            }
        }
    }
}

private func fails(_ parser: inout JSONParser, _ bytes: [UInt8]) throws(JSONError) {
    _ = try parser.parse(bytes.span).kind
}

private func text(_ bytes: Span<UInt8>) -> String {
    var copy: [UInt8] = []
    for index in bytes.indices { copy.append(bytes[index]) }
    return String(decoding: copy, as: UTF8.self)
}
