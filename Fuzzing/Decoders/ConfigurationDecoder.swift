import Engine
import Runtime
import Trading

/// Configuration files.
final class ConfigurationDecoder: Decoder {
    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws {
        let configuration: Configuration
        do throws(ConfigurationFailure) {
            configuration = try Configuration(parsing: bytes, file: "run.json5")
        } catch {
            try require(!error.problems.isEmpty, "a refusal names a problem")
            try require(!"\(error)".isEmpty, "a refusal has words")
            return
        }
        let canonical = configuration.canonicalText
        do {
            let again = try Configuration(parsing: Array(canonical.utf8), file: "run.json5")
            try require(again == configuration, "the canonical text means the same")
            try require(again.canonicalText == canonical, "the canonical text stays the same")
        } catch let error as ConfigurationFailure {
            throw Contradiction("the canonical text is read: \(error)")
        }
    }
}

/// Files of scored signals.
final class SignalsDecoder: Decoder {
    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws {
        do {
            let signals = try SignalFile.parse(bytes, file: "signals.jsonl")
            for (one, next) in zip(signals, signals.dropFirst()) {
                try require(one.time <= next.time, "times of signals never decrease")
            }
        } catch let error as ConfigurationFailure {
            try require(!error.problems.isEmpty, "a refusal names a problem")
        }
    }
}
