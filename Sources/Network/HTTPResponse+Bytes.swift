extension HTTPResponse {
    /// Whether it can be sent: a status that ends a request, and headers of one line each.
    var isSendable: Bool {
        (200...999).contains(status)
            && headers.allSatisfy { HTTPHeader.isName($0.name) && HTTPHeader.isValue($0.value) }
    }

    /// The response as it is sent; its length and whether the connection stays are added here.
    ///
    /// Lines that would say something about the connection are left out.
    func bytes(isKept: Bool) -> [UInt8] {
        var head = "HTTP/1.1 \(status) \(Self.reasons[status] ?? "Other")\r\n"
        let own = ["content-length", "connection", "transfer-encoding", "keep-alive"]
        for header in headers where !own.contains(header.name.lowercased()) {
            head += "\(header.name): \(header.value)\r\n"
        }
        let hasBody = status != 204 && status != 304
        if hasBody { head += "Content-Length: \(body.count)\r\n" }
        if !isKept { head += "Connection: close\r\n" }
        return Array((head + "\r\n").utf8) + (hasBody ? body : [])
    }

    private static let reasons = [
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 400: "Bad Request",
        401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
        408: "Request Timeout", 409: "Conflict", 411: "Length Required",
        413: "Content Too Large", 418: "I'm a teapot", 426: "Upgrade Required",
        429: "Too Many Requests", 431: "Request Header Fields Too Large",
        500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway",
        503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported",
    ]
}
