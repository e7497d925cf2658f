extension Terminal {
    /// Text that a terminal shows and does not obey.
    ///
    /// Names and texts that come from a file or from outside may hold anything. Control characters,
    /// and those that turn the direction of writing, become `?`.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - keepsLines: Whether tab and line break stay.
    /// - Returns: What can be written to a terminal.
    public static func harmless(_ text: String, keepsLines: Bool = true) -> String {
        var previous: UInt8 = 0
        let isSuspect = text.utf8.contains { byte in
            defer { previous = byte }
            if byte < 0x20 { return !keepsLines || byte != 0x0A && byte != 0x09 }
            // U+0080 to U+009F, and whatever is between U+2000 and U+207F.
            return byte == 0x7F || previous == 0xC2 && byte < 0xA0
                || previous == 0xE2 && byte < 0x82
        }
        guard isSuspect else { return text }
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { isObeyed($0, keepsLines: keepsLines) ? "?" : $0 }
            )
        )
    }

    private static func isObeyed(_ scalar: Unicode.Scalar, keepsLines: Bool) -> Bool {
        switch scalar {
        case "\n", "\t": !keepsLines
        case "\u{200E}", "\u{200F}", "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}": true
        default: scalar.properties.generalCategory == .control
        }
    }

    /// Says a line on standard output.
    public static func say(_ text: String) throws(PlatformError) {
        try write(harmless(text) + "\n", to: .output)
    }

    /// Says a line on standard error.
    public static func complain(_ text: String) {
        do throws(PlatformError) {
            try write(harmless(text) + "\n", to: .error)
        } catch {
            // Where messages cannot be written there is nowhere left to say so.
            return
        }
    }
}
