import Trading

/// The executions that were booked: asked with every fill, and never walked.
///
/// Open addressing over one array, as hundreds of thousands are kept and a look-up should touch
/// one line of memory. What is taken out leaves no mark: the entries behind it move up. The
/// venue's names are spread by a fixed mixing function, since nothing depends on their places.
struct ExecutionSet: Sendable {
    private var places: [VenueID] = Array(repeating: .none, count: 16)
    private(set) var count = 0
    /// Whether the one name that marks a free place is in the set itself.
    private var holdsNone = false

    private var mask: Int { places.count &- 1 }

    @inline(__always)
    private static func spread(_ id: VenueID) -> Int {
        let low = UInt64(truncatingIfNeeded: id.rawValue)
        let high = UInt64(truncatingIfNeeded: id.rawValue >> 64)
        let product = (low ^ high &* 0xC2B2_AE3D_27D4_EB4F).multipliedFullWidth(
            by: 0x9E37_79B9_7F4A_7C15
        )
        return Int(truncatingIfNeeded: product.high ^ product.low)
    }

    /// Where an execution is, or the free place where it belongs.
    @inline(__always)
    private func place(of id: VenueID) -> Int {
        var place = Self.spread(id) & mask
        while places[place] != .none && places[place] != id { place = (place &+ 1) & mask }
        return place
    }

    /// Whether an execution is there.
    func contains(_ id: VenueID) -> Bool {
        id == .none ? holdsNone : places[place(of: id)] == id
    }

    /// Adds an execution; false where it was there.
    mutating func insert(_ id: VenueID) -> Bool {
        if id == .none {
            defer { holdsNone = true }
            return !holdsNone
        }
        if count &* 3 > places.count &* 2 { grow() }
        let place = place(of: id)
        if places[place] == id { return false }
        places[place] = id
        count &+= 1
        return true
    }

    /// Takes an execution out.
    mutating func remove(_ id: VenueID) {
        if id == .none {
            holdsNone = false
            return
        }
        var hole = place(of: id)
        guard places[hole] == id else { return }
        var next = (hole &+ 1) & mask
        while places[next] != .none {
            let wanted = Self.spread(places[next]) & mask
            // It may move up unless its own place lies behind the hole.
            if (next &- wanted) & mask >= (next &- hole) & mask {
                places[hole] = places[next]
                hole = next
            }
            next = (next &+ 1) & mask
        }
        places[hole] = .none
        count &-= 1
    }

    private mutating func grow() {
        let old = places
        places = Array(repeating: .none, count: old.count * 2)
        for id in old where id != .none { places[place(of: id)] = id }
    }
}
