internal import Digests

/// What a venue, or who stands between us and it, says in words: it is shown, logged and journaled.
public enum VenueWords {
    /// What stands in the place of what was taken out.
    static let mark = "[redacted]"
    /// The most characters that are kept: a message of a venue is a sentence.
    public static let longest = 200
    /// Signatures have 64 characters, listen keys 60 and more; no word has as many.
    private static let opaque = 40

    /// A text without what could be a key, a signature or a listen key, cut to a sentence.
    ///
    /// - Parameters:
    ///   - text: What was said.
    ///   - key: The key that requests are sent with, if any: an echo of the request holds it.
    /// - Returns: At most ``longest`` characters.
    public static func harmless(_ text: String, hiding key: String? = nil) -> String {
        // Cut last, so that no beginning of a key is left at the end.
        var words = text
        if let key, !key.isEmpty { words = words.replacing(key, with: mark) }
        var clean = ""
        var run = ""
        func endRun() {
            clean += run.utf8.count < opaque ? run : mark
            run = ""
        }
        for character in words {
            if clean.utf8.count > 4 * longest { break }
            if character.isASCII, character.isLetter || character.isNumber {
                run.append(character)
            } else {
                endRun()
                clean.append(character)
            }
        }
        endRun()
        return String(clean.prefix(longest))
    }
}

extension VenueAnswer {
    /// The answer with words that can be shown, logged and journaled.
    ///
    /// - Parameter key: The key that the request was sent with, if any.
    /// - Returns: The same answer in all else.
    func withHarmlessWords(hiding key: String?) -> VenueAnswer {
        switch self {
        case .yes: return self
        case .no(var refusal):
            refusal.text = VenueWords.harmless(refusal.text, hiding: key)
            return .no(refusal)
        case .unknown(var doubt):
            doubt.text = VenueWords.harmless(doubt.text, hiding: key)
            return .unknown(doubt)
        }
    }
}

extension VenueCredentials {
    /// A text with neither of the two in it.
    public func covered(_ text: String) -> String {
        let clean = key.isEmpty ? text : text.replacing(key, with: VenueWords.mark)
        return secret.withSpan { hidden in
            guard hidden.count > 0, clean.utf8.count >= hidden.count else { return clean }
            var bytes = Array(clean.utf8)
            var start = 0
            while start + hidden.count <= bytes.count {
                if (0..<hidden.count).allSatisfy({ bytes[start + $0] == hidden[$0] }) {
                    bytes.replaceSubrange(start..<start + hidden.count, with: VenueWords.mark.utf8)
                    start += VenueWords.mark.utf8.count
                } else {
                    start += 1
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
