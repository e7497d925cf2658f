/// One thing that is done to a journal, as text too: what a failure names can be done again.
enum Damage: Hashable, CustomStringConvertible {
    /// One bit of a file is another.
    case flip(path: String, byte: Int, bit: Int)
    /// A file ends earlier.
    case cut(path: String, length: Int)
    /// A page holds zeros.
    case zero(path: String, page: Int)
    /// A page and the next have changed places.
    case swap(path: String, page: Int)
    /// A page holds what it held when an older copy was taken.
    case stale(path: String, page: Int, copy: Int)
    /// The whole journal is an older copy.
    case older(copy: Int, witness: Witness)

    /// Which inner witness an older copy is put back with.
    enum Witness: String, CaseIterable {
        /// The newest one.
        case newer
        case none
        /// The one it was copied with.
        case own
    }

    static let pageSize = 4096

    var description: String {
        switch self {
        case .flip(let path, let byte, let bit): "flip \(path) \(byte) \(bit)"
        case .cut(let path, let length): "cut \(path) \(length)"
        case .zero(let path, let page): "zero \(path) \(page)"
        case .swap(let path, let page): "swap \(path) \(page)"
        case .stale(let path, let page, let copy): "stale \(path) \(page) \(copy)"
        case .older(let copy, let witness): "older \(copy) \(witness.rawValue)"
        }
    }

    /// Reads the text of one.
    init?(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        let numbers = words.dropFirst(2).compactMap { Int($0) }
        guard words.count == 3 || words.count == 2 + numbers.count else { return nil }
        switch (words.first, numbers.count) {
        case ("flip", 2): self = .flip(path: words[1], byte: numbers[0], bit: numbers[1])
        case ("cut", 1): self = .cut(path: words[1], length: numbers[0])
        case ("zero", 1): self = .zero(path: words[1], page: numbers[0])
        case ("swap", 1): self = .swap(path: words[1], page: numbers[0])
        case ("stale", 2): self = .stale(path: words[1], page: numbers[0], copy: numbers[1])
        case ("older", 0):
            guard let copy = Int(words[1]),
                let witness = Witness(rawValue: words[2])
            else { return nil }
            self = .older(copy: copy, witness: witness)
        default: return nil
        }
    }

    /// Whether nothing but a refusal will do: an older copy is sound in itself.
    var mustBeRefused: Bool { if case .older = self { true } else { false } }
}
