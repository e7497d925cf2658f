internal import Engine
internal import Exchange
internal import Trading

/// What a world on tapes is made of.
struct TapePlan {
    /// The tapes, as they stand on the command line.
    var paths: [String]
    /// The instrument of each tape.
    var instruments: [InstrumentID]
    /// The number of each tape among the sources of the journal.
    var sources: [SourceID]
    /// One feed for each instrument, in the order of their numbers.
    var feeds: [MarketFeed]
    /// The venue as it was before the first line.
    var venue: PaperVenue
    /// The highest price of each instrument that can be counted with its largest order.
    var priceCeilings: [Price]
    /// How long a request is under way.
    var latency: TimeSpan
    /// How long a report is under way.
    var replyLatency: TimeSpan
    /// Scored signals, in the order of their times.
    var signals: [ScoredSignal]
    /// The number of the signals among the sources; `nil` where there are none.
    var signalSource: SourceID?
}
