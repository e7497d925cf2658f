internal import Digests
internal import Engine
internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// The configuration that was in force at a point, as the journal holds it.
struct JournaledConfiguration {
    /// What was configured; `nil` where it cannot be told.
    let configuration: Configuration?
    /// Why it cannot be told; empty where it can.
    let problem: String

    /// Looks for the configuration of this hash among the events up to `last`.
    ///
    /// - Parameters:
    ///   - hash: SHA-256 of its text, in hexadecimal; empty for none.
    ///   - reader: The journal.
    ///   - last: The last event that may hold it.
    ///   - bundled: The text that lies beside the journal in a bundle, which may be another one's,
    ///     or redacted.
    /// - Throws: `JournalError` where the journal cannot be read.
    init(
        _ hash: String,
        in reader: JournalReader,
        to last: UInt64,
        bundled: String? = nil
    ) throws(JournalError) {
        guard !hash.isEmpty else {
            self.init(nil, "no configuration is journaled")
            return
        }
        let codec = EventCodec()
        var text: String?
        var options = ReadOptions()
        options.copies = true
        options.last = last
        try reader.forEachBatch(from: try reader.firstSequence(), options: options) {
            (batch) throws(JournalError) in
            var events = batch.events()
            while let view = events.next(), text == nil {
                guard view.kind == EventKind.configurationApplied.rawValue else { continue }
                do throws(ReplayFailure) {
                    let event = try Replay.envelope(view, codec).event
                    if case .configurationApplied(let applied) = event, applied.hash == hash {
                        text = applied.text
                    }
                } catch {
                    continue  // another one may be the one that is looked for
                }
            }
            return text == nil ? .proceed : .stop
        }
        if text == nil, let bundled, "\(SHA256().digest(of: Array(bundled.utf8).span))" == hash {
            text = bundled
        }
        guard let text else {
            let name = "the configuration \(hash.prefix(12))…"
            let place =
                bundled == nil
                ? "this journal: it was archived"
                : "this part of the journal; the one beside it is another, or redacted"
            self.init(nil, "\(name) is not in \(place)")
            return
        }
        do throws(ConfigurationFailure) {
            self.init(try Configuration(journaled: text), "")
        } catch {
            let first = error.problems.first.map { "\($0)" } ?? "it is empty"
            self.init(nil, "the journaled configuration cannot be read: \(first)")
        }
    }

    private init(_ configuration: Configuration?, _ problem: String) {
        self.configuration = configuration
        self.problem = problem
    }

    /// What was to be done with an instrument.
    func plan(of instrument: Instrument) -> InstrumentPlan? {
        configuration?.instruments
            .first { $0.symbol == instrument.symbol && $0.market == instrument.market }?.plan
    }
}
