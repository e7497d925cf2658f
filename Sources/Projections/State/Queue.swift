public import Trading

/// What is forgotten in the order it came: a ring, whose memory follows what waits in it.
public struct Queue<Element: Sendable>: Sendable {
    @usableFromInline var places: [Element] = []
    @usableFromInline var start = 0

    /// How many elements wait.
    public private(set) var count = 0

    /// Makes an empty queue.
    public init() {}

    /// The oldest element.
    @inlinable
    public var first: Element? { count > 0 ? places[start] : nil }
    /// The elements, oldest first.
    @inlinable
    public var ordered: QueueElements<Element> {
        QueueElements(places: places, start: start, count: count)
    }

    /// Adds the newest element.
    public mutating func append(_ element: Element) {
        if count < places.count {
            places[place(count)] = element
        } else if start == 0 {
            places.append(element)
        } else {
            // Full and begun within: half as much again, so that this is rare.
            places = Array(ordered)
            places += repeatElement(element, count: count / 2 + 1)
            start = 0
        }
        count &+= 1
    }

    @inline(__always)
    private func place(_ index: Int) -> Int {
        let place = start &+ index
        return place < places.count ? place : place &- places.count
    }

    /// Changes the newest element that fits; false where none does.
    @discardableResult
    mutating func updateLast(
        where fits: (Element) -> Bool,
        _ change: (inout Element) -> Void
    ) -> Bool {
        guard let index = ordered.lastIndex(where: fits) else { return false }
        change(&places[place(index)])
        return true
    }

    /// Forgets the oldest element.
    public mutating func removeFirst() {
        invariant(count > 0, "an empty queue has no first element")
        start &+= 1
        if start == places.count { start = 0 }
        count &-= 1
    }
}

/// The elements of a queue, oldest first.
public struct QueueElements<Element: Sendable>: RandomAccessCollection, Sendable {
    @usableFromInline let places: [Element]
    @usableFromInline let start: Int
    /// How many there are.
    public let count: Int

    @inlinable
    init(places: [Element], start: Int, count: Int) {
        self.places = places
        self.start = start
        self.count = count
    }

    /// Always 0.
    @inlinable
    public var startIndex: Int { 0 }
    /// One behind the newest.
    @inlinable
    public var endIndex: Int { count }

    /// The element at a place from the oldest, which is 0.
    @inlinable
    public subscript(index: Int) -> Element {
        invariant(index >= 0 && index < count, "a queue has the element asked for")
        let place = start &+ index
        return places[place < places.count ? place : place &- places.count]
    }
}
