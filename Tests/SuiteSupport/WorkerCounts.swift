package import Platform

/// What a worker has found so far, in a file that outlives it.
package protocol WorkerCounts {
    /// Nothing so far.
    init()

    /// Every number, in the order of the file.
    static var fields: [WritableKeyPath<Self, Int>] { get }

    /// The case that is being examined.
    var number: Int { get set }
    /// 1 once all of the worker's share is done.
    var isDone: Int { get set }
    /// How many cases were found wrong.
    var failures: Int { get }
}

extension WorkerCounts {
    /// The bytes of the file.
    package var encoded: [UInt8] {
        Self.fields.flatMap { field in
            let value = UInt64(self[keyPath: field])
            return (0..<8).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
        }
    }

    /// Reads what a worker left; nothing where it had not begun.
    package init(file: String) throws(PlatformError) {
        self.init()
        guard try FileSystem.status(file) != nil else { return }
        let bytes = try FileSystem.read(file)
        for (index, field) in Self.fields.enumerated() where bytes.count >= 8 * index + 8 {
            var value: UInt64 = 0
            for byte in 0..<8 { value |= UInt64(bytes[8 * index + byte]) << UInt64(8 * byte) }
            self[keyPath: field] = Int(truncatingIfNeeded: value)
        }
    }

    /// Adds what another worker found.
    package static func += (left: inout Self, right: Self) {
        for field in fields { left[keyPath: field] += right[keyPath: field] }
    }
}
