public import Network
public import Trading

/// How far a venue's clock is from our monotonic one, and how well that is known.
///
/// Each sample is a question for the venue's time: it was read somewhere between sending and the
/// first byte of the answer, so the midpoint is off by half of that at most. The sample that says
/// most at a moment counts; older ones say less, because two clocks drift apart.
public struct ClockOffset: Hashable, Sendable {
    /// An offset and its bound.
    public struct Estimate: Hashable, Sendable {
        /// What is added to the monotonic time to get the venue's.
        public var offset: TimeSpan
        /// By how much the true one may differ, in either direction.
        public var uncertainty: TimeSpan
    }

    /// How fast the clocks drift apart.
    public struct Drift: Hashable, Sendable {
        /// How much faster the venue's clock is, in parts per billion.
        public var partsPerBillion: Int64
        /// By how much the true one may differ, in either direction.
        public var uncertainty: Int64
    }

    /// Whether a receive window can hold.
    public enum Verdict: Hashable, Sendable {
        /// A request that is signed now arrives within it.
        case holds
        /// It may be refused; this window would hold.
        case tooNarrow(needs: TimeSpan)
        /// The venue's clock is not known well enough for any window: a stamp may lie too far
        /// ahead, or no time was ever told.
        case unknown
    }

    private struct Sample: Hashable, Sendable {
        let middle: Int64
        let offset: Int64
        let uncertainty: Int64
        let roundTrip: Int64
    }

    private let capacity: Int
    private let driftBound: Int64
    private var samples: [Sample] = []
    /// How often a sample contradicted all that was known: one of the clocks was set.
    public private(set) var steps = 0

    /// Both venues refuse a stamp that lies a second or more ahead of their clock.
    private static let longestLead: Int64 = 1_000_000_000

    /// Begins with nothing known.
    ///
    /// - Parameters:
    ///   - capacity: How many samples are kept; at least 1.
    ///   - driftBound: How fast the clocks may drift apart, in parts per million; 100 is a bad
    ///     quartz that nobody disciplines.
    public init(capacity: Int = 8, driftBound: Int64 = 100) {
        self.capacity = max(1, capacity)
        self.driftBound = max(0, driftBound)
    }

    /// Takes a sample.
    ///
    /// - Parameters:
    ///   - sent: When the last byte of the question was written; monotonic nanoseconds.
    ///   - answered: When the first byte of the answer was read; monotonic nanoseconds.
    ///   - venue: The time that was told, rounded down to the resolution.
    ///   - resolution: The venue's unit: a millisecond for most.
    /// - Returns: Whether it could be used; an answer before its question cannot.
    @discardableResult
    public mutating func add(
        sent: Int64,
        answered: Int64,
        venue: Timestamp,
        resolution: TimeSpan
    ) -> Bool {
        guard sent >= 0, answered >= sent, venue.nanoseconds >= 0 else { return false }
        let roundTrip = answered - sent
        let middle = sent + roundTrip / 2
        let half = max(0, resolution.nanoseconds) / 2
        let sample = Sample(
            middle: middle,
            offset: (venue + TimeSpan(nanoseconds: half) - Timestamp(nanoseconds: middle))
                .nanoseconds,
            // Halves that are rounded down are made up for.
            uncertainty: (roundTrip / 2 + 1).addingUpToLimit(half + 1),
            roundTrip: roundTrip
        )
        if let known = estimate(at: middle), isContradiction(known, sample) {
            steps += 1
            samples = []
        }
        samples.append(sample)
        if samples.count > capacity { samples.removeFirst() }
        return true
    }

    /// Takes the moments of a request for the venue's time as a sample.
    ///
    /// - Returns: Whether it could be used; without both moments it cannot.
    @discardableResult
    public mutating func add(
        _ moments: HTTPMoments,
        venue: Timestamp,
        resolution: TimeSpan
    ) -> Bool {
        guard let sent = moments.sent, let answered = moments.answered else { return false }
        return add(sent: sent, answered: answered, venue: venue, resolution: resolution)
    }

    /// The best that is known at a monotonic moment; `nil` before the first sample.
    public func estimate(at moment: Int64) -> Estimate? {
        let known = samples.map { sample in
            Estimate(
                offset: TimeSpan(nanoseconds: sample.offset),
                uncertainty: TimeSpan(nanoseconds: bound(sample, at: moment))
            )
        }
        return known.min { $0.uncertainty < $1.uncertainty }
    }

    /// The venue's time at a monotonic moment; `nil` before the first sample.
    public func venueTime(at moment: Int64) -> Timestamp? {
        estimate(at: moment).map { Timestamp(nanoseconds: moment) + $0.offset }
    }

    /// How fast the clocks drift apart, from the oldest and the newest sample; `nil` where they
    /// are one, or of one moment.
    public var drift: Drift? {
        guard let first = samples.first, let last = samples.last, last.middle > first.middle else {
            return nil
        }
        let time = Int128(last.middle - first.middle)
        let change = Int128(last.offset) - Int128(first.offset)
        let unsure = Int128(last.uncertainty) + Int128(first.uncertainty)
        return Drift(
            partsPerBillion: Int64(clamping: change * 1_000_000_000 / time),
            uncertainty: Int64(clamping: unsure * 1_000_000_000 / time + 1)
        )
    }

    /// Whether a request that is stamped with ``venueTime(at:)`` and sent at a moment arrives
    /// within a receive window.
    ///
    /// The way there takes no longer than the longest round trip of the samples.
    public func verdict(onWindow window: TimeSpan, at moment: Int64) -> Verdict {
        guard let known = estimate(at: moment), known.uncertainty.nanoseconds < Self.longestLead
        else { return .unknown }
        let way = samples.map(\.roundTrip).max() ?? 0
        let needs =
            TimeSpan(nanoseconds: known.uncertainty.nanoseconds) + TimeSpan(nanoseconds: way)
        return window < needs ? .tooNarrow(needs: needs) : .holds
    }

    private func bound(_ sample: Sample, at moment: Int64) -> Int64 {
        let age = (Int128(moment) - Int128(sample.middle)).magnitude
        let grown = Int128(age) * Int128(driftBound) / 1_000_000 + Int128(sample.uncertainty)
        return Int64(clamping: grown)
    }

    private func isContradiction(_ known: Estimate, _ sample: Sample) -> Bool {
        let apart = (Int128(known.offset.nanoseconds) - Int128(sample.offset)).magnitude
        let allowed = Int128(known.uncertainty.nanoseconds) + Int128(sample.uncertainty)
        return Int128(apart) > allowed
    }
}

extension Int64 {
    fileprivate func addingUpToLimit(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
