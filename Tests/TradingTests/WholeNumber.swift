/// A whole number of any size, made from decimal text and printed as such.
///
/// Knows only school arithmetic on groups of nine digits, and no division: quotients are checked
/// by multiplying back. Shares nothing with ``Decimal``, to be its judge.
struct WholeNumber: Comparable, CustomStringConvertible {
    /// Groups of nine digits, the smallest first; no zero group at the end.
    private var groups: [UInt64]

    /// Reads digits; a sign is dropped.
    init(_ text: String) {
        var digits = Array(text.utf8.filter { $0 != 0x2D })
        groups = []
        while !digits.isEmpty {
            let group = digits.suffix(9)
            groups.append(group.reduce(0) { $0 * 10 + UInt64($1 - 0x30) })
            digits.removeLast(group.count)
        }
        trim()
    }

    private init(groups: [UInt64]) {
        self.groups = groups
        trim()
    }

    private mutating func trim() { while groups.last == 0 { groups.removeLast() } }

    var isZero: Bool { groups.isEmpty }
    var isOdd: Bool { (groups.first ?? 0) % 2 == 1 }

    var description: String {
        guard let first = groups.last else { return "0" }
        return groups.dropLast().reversed().reduce(String(first)) { text, group in
            let digits = String(group)
            return text + String(repeating: "0", count: 9 - digits.utf8.count) + digits
        }
    }

    static func < (left: WholeNumber, right: WholeNumber) -> Bool {
        if left.groups.count != right.groups.count {
            return left.groups.count < right.groups.count
        }
        for (one, other) in zip(left.groups.reversed(), right.groups.reversed())
        where one != other {
            return one < other
        }
        return false
    }

    static func + (left: WholeNumber, right: WholeNumber) -> WholeNumber {
        var sum: [UInt64] = []
        var carry: UInt64 = 0
        for index in 0..<max(left.groups.count, right.groups.count) {
            carry += index < left.groups.count ? left.groups[index] : 0
            carry += index < right.groups.count ? right.groups[index] : 0
            sum.append(carry % 1_000_000_000)
            carry /= 1_000_000_000
        }
        return WholeNumber(groups: sum + [carry])
    }

    static func * (left: WholeNumber, right: WholeNumber) -> WholeNumber {
        var product = [UInt64](repeating: 0, count: left.groups.count + right.groups.count + 1)
        for (shift, factor) in left.groups.enumerated() {
            var carry: UInt64 = 0
            for (index, group) in right.groups.enumerated() {
                carry += product[shift + index] + factor * group
                product[shift + index] = carry % 1_000_000_000
                carry /= 1_000_000_000
            }
            product[shift + right.groups.count] += carry
        }
        return WholeNumber(groups: product)
    }
}
