internal import Exchange

/// How long the parts of a start took, and what its questions cost.
struct StartTimes {
    private let begun: Int64
    private var latest: Int64
    private var parts: [(name: String, took: Int64)] = []
    private var questions = 0
    private var weight = 0
    /// How long something was held back by a venue's limits, in nanoseconds.
    var held: Int64 = 0

    /// Begins at a monotonic moment.
    init(at moment: Int64) {
        begun = moment
        latest = moment
    }

    /// Notes that a part has ended.
    mutating func end(_ name: String, at moment: Int64) {
        parts.append((name, moment - latest))
        latest = moment
    }

    /// Counts a question by what it takes of the dearest limit.
    mutating func count(_ call: VenueCall, in market: VenueMarket) {
        questions += 1
        weight += VenueLimits.charges(for: call, in: market).map(\.cost).max() ?? 0
    }

    /// All of it, for a person.
    var words: String {
        func milliseconds(_ span: Int64) -> String { "\(span / 1_000_000) ms" }
        let told = parts.map { "\($0.name) \(milliseconds($0.took))" }.joined(separator: ", ")
        return "started in \(milliseconds(latest - begun)): \(told); \(questions) questions of "
            + "weight \(weight), held back by the venue's limits for \(milliseconds(held))"
    }
}
