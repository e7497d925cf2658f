internal import Digests

/// A value that must not leave the machine, in every form in which programs write one.
struct SecretValue {
    /// The bytes to look for; each is long enough not to be met by chance.
    let forms: [[UInt8]]

    /// Values below are words, and taking words out would hide what a reader needs.
    static let shortest = 6

    /// Makes the forms of a value; `nil` where it is too short to be a secret.
    init?(_ value: String) {
        let bytes = Array(value.utf8)
        guard bytes.count >= Self.shortest else { return nil }
        let hex = Hexadecimal.text(bytes.span)
        var forms: Set<[UInt8]> = [bytes, Array(hex.utf8), Array(hex.uppercased().utf8)]
        forms.insert(Self.escaped(bytes))
        for digits in ["0123456789ABCDEF", "0123456789abcdef"] {
            forms.insert(Self.percentEncoded(bytes, Array(digits.utf8)))
        }
        for form in Self.base64(bytes) { forms.insert(form) }
        self.forms = forms.filter { $0.count >= Self.shortest }.sorted { left, right in
            left.count == right.count
                ? left.lexicographicallyPrecedes(right) : left.count > right.count
        }
    }

    /// As it stands within a JSON text.
    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        let json = Document.text(String(decoding: bytes, as: UTF8.self)).json
        return Array(json.utf8.dropFirst().dropLast())
    }

    /// As it stands within a URL.
    private static func percentEncoded(_ bytes: [UInt8], _ digits: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            let isPlain =
                isLetter(byte) || (0x30...0x39).contains(byte)
                || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
            return isPlain ? [byte] : [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte & 0xDF)
    }

    /// As it stands within base64 of both alphabets, wherever in the encoded text it begins: the
    /// characters that depend on nothing but the value.
    private static func base64(_ bytes: [UInt8]) -> [[UInt8]] {
        let common = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
        return ["+/", "-_"].flatMap { rest -> [[UInt8]] in
            let alphabet = Array((common + rest).utf8)
            return (0..<3).map { shift in
                let bits = [UInt8](repeating: 0, count: shift) + bytes
                var text: [UInt8] = []
                // A character counts when all of its six bits are the value's.
                var bit = 0
                while bit + 6 <= bits.count * 8 {
                    let word =
                        UInt16(bits[bit / 8]) << 8
                        | UInt16(bit / 8 + 1 < bits.count ? bits[bit / 8 + 1] : 0)
                    let index = Int(word >> UInt16(10 - bit % 8)) & 63
                    if bit >= shift * 8 { text.append(alphabet[index]) }
                    bit += 6
                }
                return text
            }
        }
    }
}
