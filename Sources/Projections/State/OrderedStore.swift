public import Trading

/// What is kept under growing numbers: found by number, walked in their order.
///
/// Sorted keys beside a slab of values rather than a dictionary, because walking it must give the
/// same order on every machine; the values stay where they are when others come and go.
public struct OrderedStore<Key: NumericIdentifier, Value: Sendable>: Sendable {
    @usableFromInline var keys: [Key] = []
    @usableFromInline var slots: [UInt32] = []
    @usableFromInline var slab: [Value] = []
    @usableFromInline var free: [UInt32] = []

    /// Makes an empty store.
    public init() {}

    /// How many entries there are.
    @inlinable
    public var count: Int { keys.count }
    /// Whether there are none.
    @inlinable
    public var isEmpty: Bool { keys.isEmpty }

    /// The first place whose key is not before `key`.
    @inlinable @inline(__always)
    func place(notBefore key: Key) -> Int {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low &+ high) / 2
            if keys[middle] < key { low = middle &+ 1 } else { high = middle }
        }
        return low
    }

    @inlinable @inline(__always)
    func slot(of key: Key) -> Int? {
        let place = place(notBefore: key)
        guard place < keys.count, keys[place] == key else { return nil }
        return Int(slots[place])
    }

    /// The entry under `key`.
    @inlinable
    public subscript(key: Key) -> Value? {
        @inline(__always) get {
            guard let slot = slot(of: key) else { return nil }
            return slab[slot]
        }
    }

    /// Whether there is an entry under `key`.
    @inlinable
    public func contains(_ key: Key) -> Bool { slot(of: key) != nil }

    /// Adds an entry under a key that is not there yet.
    @inlinable
    public mutating func insert(_ value: Value, under key: Key) {
        let place = keys.last.map { $0 < key } ?? true ? keys.count : place(notBefore: key)
        invariant(place == keys.count || keys[place] != key, "a number is given once")
        let slot: UInt32
        if let reused = free.popLast() {
            slot = reused
            slab[Int(reused)] = value
        } else {
            slot = UInt32(slab.count)
            slab.append(value)
        }
        keys.insert(key, at: place)
        slots.insert(slot, at: place)
    }

    /// Changes the entry under `key` in place; false where there is none.
    @inlinable @inline(__always) @discardableResult
    public mutating func update(_ key: Key, _ change: (inout Value) -> Void) -> Bool {
        guard let slot = slot(of: key) else { return false }
        change(&slab[slot])
        return true
    }

    /// Takes the entry under `key` out.
    @inlinable @inline(__always) @discardableResult
    public mutating func remove(_ key: Key) -> Value? {
        let place = place(notBefore: key)
        guard place < keys.count, keys[place] == key else { return nil }
        let slot = slots[place]
        keys.remove(at: place)
        slots.remove(at: place)
        free.append(slot)
        return slab[Int(slot)]
    }

    /// The entries in the order of their keys.
    @inlinable
    public var ordered: some Sequence<Value> { slots.lazy.map { slab[Int($0)] } }

    /// The highest key.
    var last: Key? { keys.last }

    /// The key at `place` in their order.
    @inlinable
    public func key(at place: Int) -> Key { keys[place] }
}
