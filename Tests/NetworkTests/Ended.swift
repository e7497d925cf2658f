import Synchronization

/// Notes what ends, in that order, and tells when all of it has.
final class Ended: Sendable {
    private let names = Mutex<[String]>([])
    private let count: Int
    private let tell: @Sendable ([String]) -> Void

    init(_ count: Int, _ tell: @escaping @Sendable ([String]) -> Void) {
        self.count = count
        self.tell = tell
    }

    func note(_ name: String) {
        let all = names.withLock { names in
            names.append(name)
            return names
        }
        if all.count == count { tell(all) }
    }
}
