public import Trading

/// What is forgotten in the order it came.
public struct Queue<Element: Sendable>: Sendable {
    @usableFromInline var elements: [Element] = []
    @usableFromInline var gone = 0

    /// Makes an empty queue.
    public init() {}

    /// How many elements wait.
    @inlinable
    public var count: Int { elements.count - gone }
    /// The oldest element.
    @inlinable
    public var first: Element? { gone < elements.count ? elements[gone] : nil }
    /// The elements, oldest first.
    @inlinable
    public var ordered: ArraySlice<Element> { elements[gone...] }

    /// Adds the newest element.
    @inlinable
    public mutating func append(_ element: Element) { elements.append(element) }

    /// Changes the newest element that fits; false where none does.
    @discardableResult
    mutating func updateLast(
        where fits: (Element) -> Bool,
        _ change: (inout Element) -> Void
    ) -> Bool {
        guard let place = elements[gone...].lastIndex(where: fits) else { return false }
        change(&elements[place])
        return true
    }

    /// Forgets the oldest element.
    @inlinable
    public mutating func removeFirst() {
        invariant(gone < elements.count, "an empty queue has no first element")
        gone &+= 1
        if gone > 64 && gone * 2 > elements.count {
            elements.removeFirst(gone)
            gone = 0
        }
    }
}
