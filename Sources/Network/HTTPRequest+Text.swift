extension HTTPRequest: CustomStringConvertible, CustomReflectable {
    /// Method and path, and how much there is of what is not shown: headers, query and body hold
    /// keys and signatures.
    public var description: String {
        "\(method.rawValue) \(path) (\(headers.count) headers, \(body.count) bytes)"
    }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
