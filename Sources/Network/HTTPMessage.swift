/// A line of an HTTP header.
public struct HTTPHeader: Hashable, Sendable {
    /// Its name as it was or will be sent; compared without regard to case.
    public var name: String
    /// Its value.
    public var value: String

    /// Makes a line.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// What a request does to what it names.
public enum HTTPMethod: String, Sendable, CaseIterable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
}

/// An HTTP request: the very bytes that are signed are the bytes that are sent.
public struct HTTPRequest: Hashable, Sendable {
    /// What it does.
    public var method: HTTPMethod
    /// Path and query, as on the wire: percent-encoded, `?` included.
    public var target: String
    /// The header lines beyond those that the connection itself needs.
    public var headers: [HTTPHeader]
    /// The body; empty for none.
    public var body: [UInt8]

    /// Makes a request.
    public init(
        _ method: HTTPMethod,
        _ target: String,
        headers: [HTTPHeader] = [],
        body: [UInt8] = []
    ) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// The target up to the first `?`.
    public var path: Substring { target.prefix { $0 != "?" } }

    /// What follows the first `?`, as on the wire; empty where there is none.
    public var query: Substring { target.drop { $0 != "?" }.dropFirst() }

    /// The value of the first header line of this name; `nil` where there is none.
    public func header(_ name: String) -> String? { headers.value(of: name) }
}

/// An HTTP response.
public struct HTTPResponse: Hashable, Sendable {
    /// The status code, as 200.
    public var status: Int
    /// The header lines in the order in which they came.
    public var headers: [HTTPHeader]
    /// The body, with the compression of its way undone.
    public var body: [UInt8]

    /// Makes a response.
    public init(status: Int, headers: [HTTPHeader] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The value of the first header line of this name; `nil` where there is none.
    public func header(_ name: String) -> String? { headers.value(of: name) }
}

extension [HTTPHeader] {
    fileprivate func value(of name: String) -> String? {
        first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
