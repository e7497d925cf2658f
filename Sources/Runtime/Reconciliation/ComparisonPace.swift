internal import Trading

/// When a running engine compares the next time.
///
/// Every ten minutes; sooner, down to one, after something was found or a fault was seen, and then
/// less and less often; later, up to half an hour, while nothing is found and the venue's limits
/// leave little room.
struct ComparisonPace: Hashable {
    /// The pause as long as nothing happens.
    static let usual = TimeSpan(seconds: 600)
    /// The shortest pause.
    static let shortest = TimeSpan(seconds: 60)
    /// The longest pause.
    static let longest = TimeSpan(seconds: 1800)

    private(set) var pause = usual

    /// Takes what came of a comparison.
    ///
    /// - Parameters:
    ///   - isEventful: Whether something was found, or a question was not answered.
    ///   - isBudgetShort: Whether the venue's limits held its questions back.
    mutating func note(isEventful: Bool, isBudgetShort: Bool) {
        if isEventful {
            pause = Self.shortest
        } else if pause < Self.usual {
            pause = min(TimeSpan(nanoseconds: pause.nanoseconds * 2), Self.usual)
        } else if isBudgetShort {
            pause = min(TimeSpan(nanoseconds: pause.nanoseconds * 2), Self.longest)
        } else {
            pause = Self.usual
        }
    }
}
