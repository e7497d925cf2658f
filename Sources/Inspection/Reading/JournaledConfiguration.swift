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
    init(_ hash: String, in reader: JournalReader, to last: UInt64) throws(JournalError) {
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
        guard let text else {
            let name = "\(hash.prefix(12))…"
            self.init(nil, "the configuration \(name) is not in this journal: it was archived")
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
