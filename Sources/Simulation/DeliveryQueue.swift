/// What is under way, by the time at which it arrives; at one time, first come first served.
struct DeliveryQueue<Content> {
    private var heap: [(at: Int64, order: UInt64, content: Content)] = []
    private var lastOrder: UInt64 = 0

    /// When the next one arrives.
    var next: Int64? { heap.first?.at }

    mutating func add(_ content: Content, at moment: Int64) {
        lastOrder += 1
        heap.append((moment, lastOrder, content))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(child, parent) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    /// Takes the next one.
    mutating func take() -> (at: Int64, content: Content)? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.at, first.content)
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && isBefore(child, least) {
                least = child
            }
            if least == parent { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (heap[left].at, heap[left].order) < (heap[right].at, heap[right].order)
    }
}
