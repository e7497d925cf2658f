internal import Trading

extension Timestamp {
    /// Milliseconds since 1970, as both venues count.
    var milliseconds: Int64 { nanoseconds / 1_000_000 }
}
