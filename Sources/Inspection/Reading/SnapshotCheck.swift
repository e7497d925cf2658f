internal import Digests
internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// What can be said of a snapshot without the journal that it is of.
struct SnapshotCheck {
    /// What is wrong with it.
    private(set) var findings: [Finding] = []
    private let path: String
    private var journalID: JournalID?
    private var snapshot: StateSnapshot?

    /// Reads the file: header, checksum, state, and whether the state has the hash it says.
    init(_ path: String) {
        self.path = path
        do throws(JournalError) {
            let (id, snapshot) = try SnapshotStore.read(path)
            journalID = id
            self.snapshot = snapshot
            check(snapshot)
        } catch {
            add(nil, error.reason)
        }
    }

    private mutating func check(_ snapshot: StateSnapshot) {
        let hash = SHA256().digest(of: snapshot.body.span)
        if hash != snapshot.stateHash {
            add(
                snapshot.sequence,
                "the state has SHA-256 \(hash), the header says \(snapshot.stateHash)"
            )
        }
        guard let state = TradingState(canonical: snapshot.body.span) else {
            return add(snapshot.sequence, "the state is damaged, or of another version")
        }
        if state.head.rawValue != snapshot.sequence {
            add(
                snapshot.sequence,
                "the state is that of event \(state.head), the header says \(snapshot.sequence)"
            )
        }
        let again = StateDigest().hash(of: state)
        if again != StateHash(snapshot.stateHash) {
            add(snapshot.sequence, "read and written again, the state has another hash: \(again)")
        }
    }

    private mutating func add(_ sequence: UInt64?, _ meaning: String) {
        findings.append(
            Finding(
                .snapshot,
                .damage,
                sequences: sequence.map { $0...$0 },
                path: path,
                bytes: snapshot.map { 0..<($0.body.count + 144) },
                meaning: meaning,
                advice: "leave it aside; an older snapshot, or none, gives the same state"
            )
        )
    }

    /// The check, field by field.
    var document: Document {
        [
            "clean": .flag(findings.isEmpty), "journalId": .optional(journalID),
            "snapshot": .number(snapshot?.sequence),
            "stateHash": .optional(snapshot?.stateHash),
            "chainHash": .optional(snapshot?.chainHash),
            "stateBytes": .count(snapshot?.body.count ?? 0),
            "findings": .list(findings.map(\.document)),
        ]
    }

    /// The check for people.
    var lines: [String] {
        let lines = findings.flatMap { ["\($0)", "  to do: \($0.advice)"] }
        guard let snapshot, let journalID else { return lines }
        let verdict = findings.isEmpty ? "clean" : "\(findings.count) findings"
        return lines + [
            "\(verdict): snapshot at \(snapshot.sequence) of journal \(journalID), "
                + "\(Text.size(snapshot.body.count)), state \(snapshot.stateHash)"
        ]
    }
}
