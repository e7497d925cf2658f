import Digests
import Journal
import Platform
import Projections
import Runtime
import Trading

/// Where a journal stands: its end, and what replay gives.
struct Life: Hashable, CustomStringConvertible {
    var sequence: UInt64
    var chainHash: SHA256Digest?
    var stateHash: String
    var outcomeHash: String

    init(_ state: TradingState, _ head: Head? = nil) {
        sequence = state.head.rawValue
        chainHash = head?.chainHash
        stateHash = "\(StateDigest().hash(of: state))"
        outcomeHash = "\(state.outcome.digest)"
    }

    var description: String {
        "head \(sequence), state \(stateHash.prefix(12)), outcome \(outcomeHash.prefix(12))"
    }
}

/// What an undamaged sample gives: as it is, and after the further commits.
struct Expectation {
    let now: Life
    let after: Life
}
