/// How long things took, counted by length: fixed in size, so that counting never allocates.
///
/// Below 16 ns every length has a bucket of its own. Above, every power of two is cut into 16
/// buckets of equal width, so that the middle of a bucket is within 3.2 % of all it counts.
/// Histograms of two periods add up to that of both, which medians do not.
public struct DurationHistogram: Hashable, Sendable {
    /// How many lengths were counted.
    public private(set) var count: UInt64 = 0
    /// The longest, to the nanosecond; zero where none was counted.
    public private(set) var longest = TimeSpan.zero
    private var counts = [UInt64](repeating: 0, count: Self.bucketCount)

    /// Enough for every length that 63 bits hold.
    private static let bucketCount = 960

    /// Makes an empty histogram.
    public init() {}

    /// Counts a length; a negative one counts as zero.
    public mutating func add(_ span: TimeSpan) {
        counts[Self.bucket(of: span)] &+= 1
        count &+= 1
        if span > longest { longest = span }
    }

    /// Adds all that another one counted.
    public mutating func add(_ other: DurationHistogram) {
        for bucket in counts.indices { counts[bucket] &+= other.counts[bucket] }
        count &+= other.count
        longest = max(longest, other.longest)
    }

    /// The length that a share of all took at most.
    ///
    /// - Parameters:
    ///   - numerator: The share's upper part, as 99 in 99 of 100.
    ///   - denominator: The share's lower part, not below the upper one.
    /// - Returns: the length within 3.2 %; zero where none was counted.
    public func length(within numerator: UInt64, of denominator: UInt64) -> TimeSpan {
        invariant(numerator <= denominator && denominator > 0, "a share is at most all")
        let product = count.multipliedFullWidth(by: numerator)
        let (whole, rest) = denominator.dividingFullWidth(product)
        let wanted = max(1, rest == 0 ? whole : whole + 1)
        var seen: UInt64 = 0
        for bucket in counts.indices {
            seen &+= counts[bucket]
            if seen >= wanted { return min(Self.middle(of: bucket), longest) }
        }
        return longest
    }

    /// The length that half of all took at most.
    public var median: TimeSpan { length(within: 1, of: 2) }

    /// The length that 99 of 100 took at most.
    public var percentile99: TimeSpan { length(within: 99, of: 100) }

    /// The buckets that counted something, in the order of their lengths.
    public var buckets: [(number: Int, count: UInt64)] {
        counts.enumerated().filter { $0.element > 0 }.map { ($0.offset, $0.element) }
    }

    @inline(__always)
    private static func bucket(of span: TimeSpan) -> Int {
        let length = UInt64(max(0, span.nanoseconds))
        if length < 16 { return Int(length) }
        // The highest bit tells the power of two, the four below it the sixteenth.
        let power = 63 &- length.leadingZeroBitCount
        let sixteenth = Int(truncatingIfNeeded: length >> UInt64(power &- 4)) & 15
        return (power &- 3) &* 16 &+ sixteenth
    }

    private static func middle(of bucket: Int) -> TimeSpan {
        if bucket < 16 { return TimeSpan(nanoseconds: Int64(bucket)) }
        let shift = bucket / 16 - 1
        let lowest = Int64(16 + bucket % 16) << Int64(shift)
        return TimeSpan(nanoseconds: lowest + (1 << Int64(shift)) / 2)
    }
}

extension DurationHistogram {
    /// Writes the buckets that counted something.
    public func encode(into writer: inout ByteWriter) {
        writer.timeSpan(longest)
        let buckets = buckets
        writer.integer(UInt16(buckets.count))
        for (number, count) in buckets {
            writer.integer(UInt16(number))
            writer.integer(UInt32(clamping: count))
        }
    }

    /// Reads buckets; they ascend, none is empty, and the last one holds the longest length.
    public init(from reader: inout ByteReader) {
        self.init()
        longest = reader.timeSpan()
        var last = -1
        for _ in 0..<reader.uint16() where !reader.isDamaged {
            let bucket = Int(reader.uint16())
            let found = reader.uint32()
            guard bucket > last, bucket < Self.bucketCount, found > 0 else {
                reader.markDamaged()
                return
            }
            last = bucket
            counts[bucket] = UInt64(found)
            count += UInt64(found)
        }
        let isSound = count == 0 ? longest == .zero : Self.bucket(of: longest) == last
        if !isSound || longest < .zero { reader.markDamaged() }
    }
}
