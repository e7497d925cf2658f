/// Two texts that stand in an array of their own, as `["100.5","2"]`.
@frozen
public struct JSONTextPair: ~Escapable {
    /// The bytes of the first text, unescaped.
    public let first: Span<UInt8>
    /// The bytes of the second text, unescaped.
    public let second: Span<UInt8>

    @inlinable @inline(__always)
    @_lifetime(copy first, copy second)
    init(first: Span<UInt8>, second: Span<UInt8>) {
        self.first = first
        self.second = second
    }
}

extension JSONElements {
    /// The next element where it is an array of exactly two texts.
    ///
    /// Such a pair takes four words of the document, which makes this several times faster than
    /// two walks. Where it returns `nil` nothing was passed: ``next()`` gives what is there.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    public mutating func nextTextPair() -> JSONTextPair? {
        guard index &+ 3 < last else { return nil }
        let words = array.words.extracting(index..<index &+ 4)
        let first = words[1]
        let second = words[2]
        guard words[0] &>> 56 == 0x5B, first &>> 56 == 0x22, second &>> 56 == 0x22,
            words[3] &>> 56 == 0x5D
        else { return nil }
        index &+= 4
        return JSONTextPair(first: array.text(first), second: array.text(second))
    }
}
