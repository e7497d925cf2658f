import Platform

/// What a person or a program that started this sees.
enum Console {
    static func say(_ text: String) throws(PlatformError) {
        try Terminal.write(Terminal.harmless(text) + "\n", to: .output)
    }

    static func complain(_ text: String) {
        do throws(PlatformError) {
            try Terminal.write(Terminal.harmless(text) + "\n", to: .error)
        } catch {
            // Where messages cannot be written there is nowhere left to say so.
            return
        }
    }
}
