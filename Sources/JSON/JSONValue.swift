/// A value of a parsed document; borrowed from the ``JSONParser``.
///
/// The document is simdjson's tape: 64-bit words, the kind in the highest byte and a payload in
/// the other seven.
///
/// | kind | payload |
/// |---|---|
/// | `{` `[` | bits 0–31: index of the word behind the closing bracket |
/// | `}` `]` | index of the opening bracket |
/// | `"` | offset in the string buffer: 4 bytes of length, then UTF-8 |
/// | `l` `u` `d` | none; the next word is the signed, unsigned or floating number |
/// | `t` `f` `n` | none |
/// | `r` | the document: the first word and the last |
///
/// Members of an object follow its word as key, value, key, value. Every access is bounds-checked.
@frozen
public struct JSONValue: ~Escapable {
    @usableFromInline let words: Span<UInt64>
    @usableFromInline let strings: Span<UInt8>
    @usableFromInline let index: Int

    @inlinable @inline(__always)
    @_lifetime(copy words, copy strings)
    init(words: Span<UInt64>, strings: Span<UInt8>, index: Int) {
        self.words = words
        self.strings = strings
        self.index = index
    }
}

extension JSONValue {
    /// The kinds of JSON values.
    @frozen
    public enum Kind: UInt8, Sendable {
        /// Key and value pairs.
        case object = 0x7B
        /// Values in order.
        case array = 0x5B
        /// Text.
        case string = 0x22
        /// A whole number that fits `Int64`.
        case integer = 0x6C
        /// A whole number above `Int64` that fits `UInt64`.
        case unsigned = 0x75
        /// A number with a point or an exponent. Its value is not offered: it would have passed
        /// through binary floating point.
        case fraction = 0x64
        /// `true`.
        case yes = 0x74
        /// `false`.
        case no = 0x66
        /// `null`.
        case null = 0x6E

        /// The word people use.
        public var name: String {
            switch self {
            case .object: "an object"
            case .array: "an array"
            case .string: "a string"
            case .integer, .unsigned: "a whole number"
            case .fraction: "a number with a fraction"
            case .yes, .no: "a truth value"
            case .null: "null"
            }
        }
    }

    @usableFromInline @inline(__always)
    var word: UInt64 {
        @inlinable get { words[index] }
    }

    /// What kind of value this is.
    @inlinable
    public var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: word &>> 56)) ?? .null }

    /// Whether this is of `kind`.
    @inlinable @inline(__always)
    public func isKind(_ kind: Kind) -> Bool {
        UInt8(truncatingIfNeeded: word &>> 56) == kind.rawValue
    }

    /// Whether this is `null`.
    @inlinable
    public var isNull: Bool { isKind(.null) }

    /// The truth value; `nil` where this is something else.
    @inlinable
    public var bool: Bool? {
        if isKind(.yes) { return true }
        return isKind(.no) ? false : nil
    }

    /// The whole number; `nil` where this is something else or does not fit.
    @inlinable
    public var integer: Int64? {
        isKind(.integer) ? Int64(bitPattern: words[index &+ 1]) : nil
    }

    /// The whole number that is not negative; `nil` where this is something else.
    @inlinable
    public var unsigned: UInt64? {
        if isKind(.unsigned) { return words[index &+ 1] }
        guard let value = integer, value >= 0 else { return nil }
        return UInt64(value)
    }

    /// The bytes of the text, unescaped; `nil` where this is something else.
    @inlinable
    public var string: Span<UInt8>? {
        @_lifetime(copy self) @inline(__always) get {
            guard isKind(.string) else { return nil }
            return text(word)
        }
    }

    /// The text as a `String`, which allocates; `nil` where this is something else.
    public var text: String? {
        guard let bytes = string else { return nil }
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for index in bytes.indices { copy.append(bytes[index]) }
        return String(decoding: copy, as: UTF8.self)
    }

    @inlinable @inline(__always)
    @_lifetime(copy self)
    func text(_ word: UInt64) -> Span<UInt8> {
        let offset = Int(truncatingIfNeeded: word & 0x00FF_FFFF_FFFF_FFFF)
        let header = strings.extracting(offset..<offset &+ 4)
        let count =
            UInt32(header[0]) | UInt32(header[1]) &<< 8
            | UInt32(header[2]) &<< 16 | UInt32(header[3]) &<< 24
        let start = offset &+ 4
        return strings.extracting(start..<start &+ Int(count))
    }

    /// The index of the word behind the value whose word is at `index`.
    @inlinable @inline(__always)
    func end(of word: UInt64, at index: Int) -> Int {
        switch UInt8(truncatingIfNeeded: word &>> 56) {
        case 0x7B, 0x5B: Int(truncatingIfNeeded: word & 0xFFFF_FFFF)
        case 0x6C, 0x75, 0x64: index &+ 2
        default: index &+ 1
        }
    }
}

extension JSONValue {
    /// The members of an object, in the order of the text; none where this is something else.
    @inlinable
    public var members: JSONMembers {
        @_lifetime(copy self) get { JSONMembers(self) }
    }

    /// The elements of an array, in order; none where this is something else.
    @inlinable
    public var elements: JSONElements {
        @_lifetime(copy self) get { JSONElements(self) }
    }

    /// The first member with this key; `nil` where there is none or this is not an object.
    ///
    /// - Complexity: O(number of members). Walk ``members`` where several keys are wanted.
    @_lifetime(copy self)
    public func member(_ key: StaticString) -> JSONValue? {
        var members = members
        while let member = members.next() {
            if member.key.equals(key) { return member.value }
        }
        return nil
    }
}

/// The members of an object, one after the other.
@frozen
public struct JSONMembers: ~Escapable {
    @usableFromInline let object: JSONValue
    @usableFromInline var index: Int
    @usableFromInline let last: Int

    @inlinable @inline(__always)
    @_lifetime(copy object)
    init(_ object: JSONValue) {
        let isObject = object.isKind(.object)
        index = object.index &+ 1
        last = isObject ? object.end(of: object.word, at: object.index) &- 1 : object.index
        self.object = object
    }

    /// The next member; `nil` behind the last.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    public mutating func next() -> JSONMember? {
        guard index < last else { return nil }
        let words = object.words
        let strings = object.strings
        let key = object.text(words[index])
        let value = JSONValue(words: words, strings: strings, index: index &+ 1)
        index = object.end(of: value.word, at: index &+ 1)
        return JSONMember(key: key, value: value)
    }
}

/// A key and its value.
@frozen
public struct JSONMember: ~Escapable {
    /// The bytes of the key, unescaped.
    public let key: Span<UInt8>
    /// The value.
    public let value: JSONValue

    @inlinable @inline(__always)
    @_lifetime(copy key, copy value)
    init(key: Span<UInt8>, value: JSONValue) {
        self.key = key
        self.value = value
    }
}

/// The elements of an array, one after the other.
@frozen
public struct JSONElements: ~Escapable {
    @usableFromInline let array: JSONValue
    @usableFromInline var index: Int
    @usableFromInline let last: Int

    @inlinable @inline(__always)
    @_lifetime(copy array)
    init(_ array: JSONValue) {
        let isArray = array.isKind(.array)
        index = array.index &+ 1
        last = isArray ? array.end(of: array.word, at: array.index) &- 1 : array.index
        self.array = array
    }

    /// The next element; `nil` behind the last.
    @inlinable @inline(__always)
    @_lifetime(copy self)
    public mutating func next() -> JSONValue? {
        guard index < last else { return nil }
        let value = JSONValue(words: array.words, strings: array.strings, index: index)
        index = array.end(of: value.word, at: index)
        return value
    }
}
