import FoundationEssentials
import Platform

/// What must be the same, however often a run was killed.
struct Outcome: Hashable, Decodable {
    var orders: Int
    var fills: Int
    var deals: Int
    var closedDeals: Int
    var openDeals: Int
    var closedBy: [String: Int]
    var pnl: String
    var fees: String
    var funding: String
    var maxDrawdown: String
    var refusals: Int
    var balances: [String: String]
    var time: String
    var outcomeHash: String
}

/// What a summary says of the journal it ended with.
struct JournalEnd: Decodable {
    var head: UInt64
    var stateHash: String
}

extension Outcome {
    /// The outcome that the summary of a place tells.
    init(of place: Place) throws { self = try Summary.read(place) }

    /// Names what differs, for a person.
    func difference(from reference: Outcome) -> String? {
        if self == reference { return nil }
        return "it ended with \(self), the run that was never killed with \(reference)"
    }
}

/// The line of JSON that a run ends with.
enum Summary {
    static func read<Part: Decodable>(_ place: Place) throws -> Part {
        let bytes = try FileSystem.read(place.summary)
        return try JSONDecoder().decode(Part.self, from: Data(bytes))
    }
}
