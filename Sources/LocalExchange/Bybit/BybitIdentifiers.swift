internal import Exchange
internal import Trading

/// Ids as the venue gives them, made of a seed and a number: the same run gives the same ids, and
/// the id of an order leads back to its number without a table.
///
/// Spot orders have 19 digits and take two ids each, because one without a client id gets the next
/// one as such. Everything of contracts has a UUID.
struct BybitIdentifiers {
    private let seed: UInt64

    init(seed: UInt64) { self.seed = seed }

    // MARK: Orders

    func order(_ number: UInt64, in venue: VenueMarket) -> String {
        venue == .bybitSpot
            ? String(spotBase + 2 * number) : uuid(number, salt: Self.orders, version: 0x4)
    }

    /// The client id that a spot order gets which came without one.
    func spotLink(_ number: UInt64) -> String { String(spotBase + 2 * number + 1) }

    /// The number in an id of an order; `nil` for what is none.
    func number(ofOrder id: String, in venue: VenueMarket) -> UInt64? {
        let number: UInt64?
        if venue == .bybitSpot {
            number = UInt64(id).flatMap { $0 > spotBase ? ($0 - spotBase) / 2 : nil }
        } else {
            number = self.number(ofUUID: id, salt: Self.orders)
        }
        guard let number, number < Self.limit, order(number, in: venue) == id else { return nil }
        return number
    }

    /// The number in the client id that a spot order got from here; `nil` for what is none.
    func number(ofSpotLink link: String) -> UInt64? {
        guard let value = UInt64(link), value > spotBase, value < spotBase + 2 * Self.limit,
            (value - spotBase) % 2 == 1
        else { return nil }
        return (value - spotBase) / 2
    }

    // MARK: Other things

    func execution(_ number: UInt64, in venue: VenueMarket) -> String {
        venue == .bybitSpot
            ? String(2_110_000_000_000_000_000 + number)
            : uuid(number, salt: Self.executions, version: 0x5)
    }

    func trade(_ number: UInt64, of market: Int, in venue: VenueMarket) -> String {
        venue == .bybitSpot
            ? String(2_290_000_000_000_000_000 + UInt64(market) << 40 + number)
            : uuid(UInt64(market) << 40 | number, salt: Self.trades, version: 0x5)
    }

    func message(_ number: UInt64) -> String {
        uuid(number, salt: Self.messages, version: 0x4)
    }

    func connection(_ socket: SocketID) -> String {
        uuid(socket.rawValue, salt: Self.connections, version: 0x4)
    }

    // MARK: How they are made

    private static let limit: UInt64 = 1 << 60
    private static let mask: UInt64 = 1 << 62 - 1
    private static let orders: UInt64 = 1
    private static let executions: UInt64 = 2
    private static let trades: UInt64 = 3
    private static let messages: UInt64 = 4
    private static let connections: UInt64 = 5
    /// An odd factor spreads numbers over all bits, and its inverse brings them back.
    private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
    private static let inverse: UInt64 = {
        // Newton's iteration doubles the correct bits: 5, 10, 20, 40, 80.
        var inverse = factor
        for _ in 0..<5 { inverse = inverse &* (2 &- factor &* inverse) }
        return inverse
    }()

    /// 19 digits near those of today, moved by the seed.
    private var spotBase: UInt64 {
        2_088_000_000_000_000_000 + (Self.mixed(seed) % 100_000_000) * 1_000_000
    }

    /// The mixing step of SplitMix64.
    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    private func key(_ salt: UInt64) -> UInt64 { Self.mixed(seed ^ salt << 56) }

    private func uuid(_ number: UInt64, salt: UInt64, version: UInt64) -> String {
        let low = (number &* Self.factor ^ key(salt)) & Self.mask
        let high = Self.mixed(low ^ key(salt))
        let stamped = high & ~0xF000 | version << 12
        let digits = Self.hexadecimal(stamped) + Self.hexadecimal(low | 1 << 63)
        var text = ""
        for (place, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(place) { text += "-" }
            text.append(digit)
        }
        return text
    }

    private func number(ofUUID text: String, salt: UInt64) -> UInt64? {
        let digits = text.filter { $0 != "-" }
        guard text.utf8.count == 36, digits.utf8.count == 32,
            let low = UInt64(digits.suffix(16), radix: 16)
        else { return nil }
        return ((low & Self.mask ^ key(salt) & Self.mask) &* Self.inverse) & Self.mask
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}
