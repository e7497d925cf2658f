import Journal
import Projections
import Trading

/// What is committed to a journal after it was damaged: always the same.
enum FurtherCommits {
    static let count = 300

    /// Begins an epoch and commits.
    static func make(_ writer: JournalWriter, after state: TradingState) throws {
        let epoch = Epoch(writer.epoch + 1)
        try writer.beginEpoch(epoch.rawValue)
        for number in 0..<count {
            let time = state.time.nanoseconds + Int64(number) * 1_000_000
            let event: Event =
                number == 0
                ? .epochBegan(
                    EpochBegan(
                        epoch: epoch,
                        draw: "aaaa",
                        previousStop: .clean,
                        program: "damage suite",
                        process: 1
                    )
                )
                : .errorRecorded(
                    ErrorRecorded(
                        severity: .warning,
                        text: String(repeating: "further ", count: number % 23) + "\(number)"
                    )
                )
            var payload = ByteWriter()
            event.encode(into: &payload)
            try writer.append(
                NewEvent(
                    kind: event.kind.rawValue,
                    version: event.version,
                    time: time,
                    payload: payload.bytes
                )
            )
            try writer.commit(at: time)
        }
    }
}
