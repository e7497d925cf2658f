/// The JSON objects that follow each other in a file, whatever stands between them.
package enum JSONObjects {
    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")

    /// Each object from its first brace to its last; a brace within a text is none.
    package static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        var objects: [[UInt8]] = []
        var start = 0
        var depth = 0
        var isText = false
        var isEscaped = false
        for (place, byte) in bytes.enumerated() {
            if isText {
                if !isEscaped, byte == quote { isText = false }
                isEscaped = !isEscaped && byte == backslash
            } else if byte == UInt8(ascii: "{") {
                if depth == 0 { start = place }
                depth += 1
            } else if depth > 0, byte == quote {
                isText = true
            } else if depth > 0, byte == UInt8(ascii: "}") {
                depth -= 1
                if depth == 0 { objects.append(Array(bytes[start...place])) }
            }
        }
        return objects
    }
}
