import TestSupport
import Testing

@Suite struct `Objects that follow each other in a file` {
    static let files: [(text: String, objects: [String])] = [
        ("", []), ("> {\"a\":1}\n< {}\n", ["{\"a\":1}", "{}"]),
        ("[{\"a\":{\"b\":[{}]}}, {}]", ["{\"a\":{\"b\":[{}]}}", "{}"]),
        // Braces and quotes in a text, and a quote or a brace that belongs to no object.
        (#"{"a":"}{"}{"b":"\"}"}{"c":"\\"}"#, [#"{"a":"}{"}"#, #"{"b":"\"}"}"#, #"{"c":"\\"}"#]),
        ("a \" b } {\"a\":1}", ["{\"a\":1}"]), ("{\"a\":", []),
    ]

    @Test(arguments: files)
    func `are told apart, whatever their texts hold`(text: String, objects: [String]) {
        let found = JSONObjects.split(Array(text.utf8))
        #expect(found.map { String(decoding: $0, as: UTF8.self) } == objects)
    }
}
