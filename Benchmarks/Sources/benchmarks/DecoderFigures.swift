import Foundation
import Platform

/// How fast messages of the venues are decoded, beside Foundation's `JSONDecoder` and a Python
/// client on the same bytes.
///
/// The messages of a set go round until a tenth of a second has passed. Ours and Foundation's
/// rounds take turns, and the middle of five counts; all on one thread.
struct DecoderFigures {
    private let recorded: RecordedMessages
    private let directory: String

    init(fixtures: String, directory: String) {
        recorded = RecordedMessages(fixtures)
        self.directory = directory + "/decoders"
    }

    func measure() throws -> [Figure] {
        guard recorded.isPresent else {
            say("no recorded messages beside the repository: decoders are not measured")
            return []
        }
        try FileSystem.createDirectories(directory)
        let sets = try DecoderSets(recorded).all()
        let faults = sets.compactMap(fault)
        guard faults.isEmpty else { throw BenchmarkFailure(faults.joined(separator: "; ")) }
        for set in sets { try write(set) }
        let told = try python(sets)
        return try sets.map { set in try figure(set, told[set.key]) }
    }

    /// Puts the messages of a set where the Python program finds them.
    private func write(_ set: DecoderSet) throws {
        let lines = Array(set.messages.joined(separator: [0x0A]))
        try Data(lines).write(to: URL(filePath: "\(directory)/\(set.key).jsonl"))
    }

    /// What of a set one of the two does not understand: speed would say nothing then.
    private func fault(_ set: DecoderSet) -> String? {
        if set.messages.isEmpty { return "\(set.name): no messages" }
        for message in set.messages {
            do {
                try set.foundation(Data(message))
                if try set.ours(message.span) { continue }
                return "\(set.name): not understood: \(String(decoding: message, as: UTF8.self))"
            } catch {
                return "\(set.name): \(error)"
            }
        }
        return nil
    }

    private func figure(_ set: DecoderSet, _ python: PythonRates?) throws -> Figure {
        say("decoding: \(set.name)")
        let count = set.messages.count
        let bytes = set.messages.reduce(0) { $0 + $1.count }
        let copies = set.messages.map { Data($0) }
        var ours: [Double] = []
        var foundation: [Double] = []
        for _ in 0..<5 {
            ours.append(
                try rate(count) { for message in set.messages { _ = try set.ours(message.span) } }
            )
            foundation.append(try rate(count) { for copy in copies { try set.foundation(copy) } })
        }
        let size = Double(bytes) / Double(count) / 1e6
        let measured = median(ours)
        var note = "\(Figure.text(measured)) messages/s; limit: Foundation;"
        note += " \(count) of \(bytes / count) bytes"
        if let python {
            note += "; Python json \(Figure.text(python.json * size)) MB/s"
            if let ccxt = python.ccxt { note += ", with ccxt \(Figure.text(ccxt * size))" }
        }
        return Figure(
            name: "decoding: \(set.name)",
            unit: "MB/s",
            measured: measured * size,
            limit: median(foundation) * size,
            note: note
        )
    }

    /// Messages a second.
    private func rate(_ count: Int, _ body: () throws -> Void) rethrows -> Double {
        var rounds = 0
        let start = Clock.monotonic()
        var end = start
        repeat {
            try body()
            rounds += 1
            end = Clock.monotonic()
        } while end - start < 100_000_000
        return Double(count * rounds) * 1e9 / Double(end - start)
    }

    // MARK: Python

    /// Messages a second of a Python program.
    private struct PythonRates: Decodable {
        /// `json.loads` alone.
        var json: Double
        /// With what ccxt makes of it, where that is installed.
        var ccxt: Double?
    }

    /// Runs the Python program; gives nothing where there is none to run.
    private func python(_ sets: [DecoderSet]) throws -> [String: PythonRates] {
        let environment = ProcessInfo.processInfo.environment
        guard let program = environment["BENCH_PYTHON"], let script = environment["BENCH_DECODERS"]
        else { return [:] }
        say("decoding: Python")
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: program)
        process.arguments = [script, directory] + sets.map(\.key)
        process.standardOutput = pipe
        try process.run()
        let said = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchmarkFailure("\(script) ended with \(process.terminationStatus)")
        }
        return try JSONDecoder().decode([String: PythonRates].self, from: said)
    }
}
