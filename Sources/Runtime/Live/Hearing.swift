internal import Trading

/// Whether an engine hears what the private stream of a market tells.
///
/// A stream that is gone tells nothing, and one that was opened with a listen key of which nobody
/// knows whether it still holds may tell nothing for a day: both are deaf until the venue has
/// confirmed that it tells everything.
struct Hearing: Hashable {
    /// Since when nothing is heard; `nil` while it is.
    private(set) var deafSince: Timestamp?
    /// Whether the stream is open.
    private(set) var isOpen = false
    /// Whether the listen key is asked for, and the stream may have been opened with one that has
    /// ended.
    private(set) var awaitsKey = false
    /// When everything was looked at again the last time because a message could not be read.
    var reloadedAt = Timestamp.never

    init(at time: Timestamp) { deafSince = time }

    /// After so long a time nothing new is opened and a person is called: a stream that comes back
    /// at once, as Binance's does once a day, ends no entry that waits in the book.
    static let longestPause = TimeSpan(seconds: 5)

    /// The stream is gone.
    mutating func lose(at time: Timestamp, awaitsKey: Bool) {
        isOpen = false
        deafSince = deafSince ?? time
        self.awaitsKey = self.awaitsKey || awaitsKey
    }

    /// The stream is open.
    mutating func open() { isOpen = true }

    /// The listen key is not known to hold.
    mutating func doubtKey(at time: Timestamp) {
        awaitsKey = true
        deafSince = deafSince ?? time
    }

    /// The listen key holds.
    mutating func takeKey() { awaitsKey = false }

    /// The stream tells everything from now on.
    mutating func confirm() { deafSince = nil }

    /// Whether nothing new may be opened.
    func blocks(at time: Timestamp) -> Bool {
        deafSince.map { time - $0 >= Self.longestPause } ?? false
    }
}
