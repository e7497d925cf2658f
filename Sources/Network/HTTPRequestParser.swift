/// Cuts the bytes of a connection into requests, as RFC 9112 says, without changing them.
///
/// It is strict where leniency lets two programs see two different requests: one space between the
/// words of the first line, lines that end with CR LF, names that are tokens, no folded lines, one
/// length. A body without a known length (`Transfer-Encoding`) is refused.
struct HTTPRequestParser {
    /// What the bytes hold next.
    enum Step: Equatable {
        /// Too little so far.
        case needsMore
        /// The head is whole and the body waits to be asked for.
        case wantsToBeContinued
        /// A whole request.
        case request(HTTPRequest, isKept: Bool)
        /// Nothing that can be answered otherwise; no request can follow.
        case refused(status: Int, reason: String)
    }

    private struct Refusal: Error {
        let status: Int
        let reason: String

        init(_ status: Int, _ reason: String) { (self.status, self.reason) = (status, reason) }
    }

    private struct Head {
        let request: HTTPRequest
        let bodyBytes: Int
        let isKept: Bool
        let expectsContinue: Bool
    }

    let limits: NetworkLimits
    private var bytes: [UInt8] = []
    /// Up to where the bytes were searched for the end of the head.
    private var searched = 0
    private var head: Head?
    private var isContinued = false

    init(limits: NetworkLimits) { self.limits = limits }

    /// How many bytes wait.
    var waiting: Int { bytes.count }

    /// Whether a request has begun and is not whole.
    var isWithinRequest: Bool { head != nil || !bytes.isEmpty }

    mutating func append(_ more: ArraySlice<UInt8>) { bytes.append(contentsOf: more) }

    /// The bytes that no request took.
    mutating func takeRest() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }

    mutating func next() -> Step {
        do throws(Refusal) {
            if head == nil {
                guard let end = try endOfHead() else { return .needsMore }
                head = try Self.head(bytes[..<end], limits)
                bytes.removeFirst(end + 2)
                searched = 0
            }
            guard let head else { return .needsMore }
            guard bytes.count >= head.bodyBytes else {
                if head.expectsContinue, !isContinued, bytes.isEmpty {
                    isContinued = true
                    return .wantsToBeContinued
                }
                return .needsMore
            }
            var request = head.request
            request.body = Array(bytes[..<head.bodyBytes])
            bytes.removeFirst(head.bodyBytes)
            self.head = nil
            isContinued = false
            return .request(request, isKept: head.isKept)
        } catch {
            return .refused(status: error.status, reason: error.reason)
        }
    }

    /// Where the empty line begins that ends the head.
    private mutating func endOfHead() throws(Refusal) -> Int? {
        // Clients that sent a body too long by a line end are known (RFC 9112, 2.2).
        var start = 0
        while start + 1 < bytes.count, bytes[start] == 13, bytes[start + 1] == 10 { start += 2 }
        bytes.removeFirst(start)
        let end = min(bytes.count, limits.headBytes)
        var place = max(searched, 3)
        while place < end {
            if bytes[place] == 10, bytes[place - 1] == 13, bytes[place - 2] == 10,
                bytes[place - 3] == 13
            {
                return place - 1
            }
            place += 1
        }
        searched = end
        if bytes.count >= limits.headBytes {
            throw Refusal(431, "the head is longer than \(limits.headBytes) bytes")
        }
        return nil
    }

    /// Reads the lines of a head, each with its end.
    private static func head(
        _ bytes: ArraySlice<UInt8>,
        _ limits: NetworkLimits
    ) throws(Refusal) -> Head {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Refusal(400, "the head is not UTF-8")
        }
        // "\r\n" is one character, which no line holds within.
        var lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
        lines.removeLast()
        guard lines.allSatisfy({ HTTPHeader.isValue($0) }) else {
            throw Refusal(400, "the head has control characters")
        }
        guard lines.count - 1 <= limits.headerLines else {
            throw Refusal(431, "more than \(limits.headerLines) header lines")
        }
        let (request, isOld) = try first(lines[0])
        var head = request
        for line in lines.dropFirst() { head.headers.append(try header(line)) }
        let count = try bodyBytes(head)
        guard count <= limits.bodyBytes else {
            throw Refusal(413, "the body is longer than \(limits.bodyBytes) bytes")
        }
        guard isOld || head.headers.count(where: { $0.isNamed("host") }) == 1 else {
            throw Refusal(400, "not exactly one Host")
        }
        let connection = words(head, "connection")
        return Head(
            request: head,
            bodyBytes: count,
            isKept: isOld ? connection.contains("keep-alive") : !connection.contains("close"),
            expectsContinue: !isOld && words(head, "expect").contains("100-continue")
        )
    }

    private static func first(
        _ line: Substring
    ) throws(Refusal) -> (request: HTTPRequest, isOld: Bool) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[2].hasPrefix("HTTP/"), !words[1].isEmpty else {
            throw Refusal(400, "the first line is not a method, a target and a version")
        }
        guard ["HTTP/1.1", "HTTP/1.0"].contains(words[2]) else {
            throw Refusal(505, "the version is not HTTP/1.1")
        }
        guard let method = HTTPMethod(rawValue: String(words[0])) else {
            throw Refusal(501, "the method is none of GET, POST, PUT, DELETE")
        }
        // By bytes: a mark that joins a space or a "#" makes another character of it.
        let isPlain = words[1].utf8.allSatisfy { (33...126).contains($0) && $0 != 35 }
        guard words[1].hasPrefix("/"), isPlain else {
            throw Refusal(400, "the target is not a path")
        }
        return (HTTPRequest(method, String(words[1])), words[2] == "HTTP/1.0")
    }

    private static func header(_ line: Substring) throws(Refusal) -> HTTPHeader {
        guard let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            throw Refusal(400, "a header line without a colon")
        }
        let name = line[..<colon]
        guard HTTPHeader.isName(name) else { throw Refusal(400, "a header's name is not a token") }
        return HTTPHeader(String(name), HTTPHeader.trimmed(line[colon...].dropFirst()))
    }

    private static func bodyBytes(_ request: HTTPRequest) throws(Refusal) -> Int {
        guard request.header("transfer-encoding") == nil else {
            throw Refusal(411, "a body needs a Content-Length")
        }
        let lengths = Set(request.headers.filter { $0.isNamed("content-length") }.map(\.value))
        guard let length = lengths.first else { return 0 }
        guard lengths.count == 1, !length.isEmpty,
            length.utf8.allSatisfy({ (48...57).contains($0) })
        else { throw Refusal(400, "the Content-Length is not one number") }
        guard length.utf8.count <= 18, let count = Int(length) else {
            throw Refusal(413, "the Content-Length has too many digits")
        }
        return count
    }

    /// The words of a list, from all lines of a name, in lower case.
    static func words(_ request: HTTPRequest, _ name: String) -> [String] {
        request.headers.filter { $0.isNamed(name) }.flatMap { header in
            header.value.split(separator: ",").map { HTTPHeader.trimmed($0).lowercased() }
        }
    }
}

extension HTTPHeader {
    /// Whether this is a line of `name`, in lower case.
    func isNamed(_ name: String) -> Bool { self.name.lowercased() == name }

    /// Whether a text can be a header's name: a token of RFC 9110.
    static func isName(_ text: some StringProtocol) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 48...57, 65...90, 97...122: true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    /// Whether a text can be a header's value: one line.
    static func isValue(_ text: some StringProtocol) -> Bool {
        text.utf8.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 }
    }

    static func trimmed(_ text: Substring) -> String {
        var text = text
        while let first = text.unicodeScalars.first, first == " " || first == "\t" {
            text.unicodeScalars.removeFirst()
        }
        while let last = text.unicodeScalars.last, last == " " || last == "\t" {
            text.unicodeScalars.removeLast()
        }
        return String(text)
    }
}
