internal import Digests
internal import Engine
internal import Exchange
internal import Platform
internal import Projections
internal import Trading

/// The tapes of a command line: what they are, and how they fit plan and journal.
struct TapeCatalog {
    /// One tape, or the file of signals.
    struct Entry {
        var path: String
        var kind: SourceKind
        var contentHash: String
        var firstTime: Timestamp
        /// The instrument of a tape.
        var instrument: InstrumentID?
    }

    private let plan: RunPlan
    /// The tapes in their order, and behind them the signals.
    let entries: [Entry]

    /// The receive time of the first line of all tapes.
    let start: Timestamp

    /// Looks at every tape.
    init(_ plan: RunPlan) throws {
        self.plan = plan
        guard !plan.tapes.isEmpty else {
            throw RunFailure(
                "there is no tape to trade: give one with --tape FILE (holdfast run --help)"
            )
        }
        var entries: [Entry] = []
        for path in plan.tapes {
            let entry = try Self.tape(path, plan)
            if let twin = entries.first(where: { $0.contentHash == entry.contentHash }) {
                throw RunFailure(
                    "\(path) holds the same as \(twin.path): a market cannot happen twice; "
                        + "give it once"
                )
            }
            entries.append(entry)
        }
        start = entries.map(\.firstTime).min() ?? .never
        if let path = plan.signalFile {
            entries.append(
                Entry(
                    path: path,
                    kind: .signals,
                    contentHash: try Self.hash(path),
                    firstTime: plan.signals.first?.time ?? start,
                    instrument: nil
                )
            )
        }
        self.entries = entries
    }

    private static func tape(_ path: String, _ plan: RunPlan) throws -> Entry {
        let identity: TapeIdentity
        let firstTime: Timestamp
        do throws(TapeError) {
            identity = try TapeIdentity(reading: path)
            var reader = try TapeReader(path: path)
            firstTime = try reader.advance() ? reader.received : .never
        } catch {
            throw error.isNothingReadable
                ? RunFailure("\(error)") : RunFailure(refusing: "\(error)")
        }
        let place = plan.instruments.firstIndex { listed in
            listed.symbol == identity.symbol && listed.market == identity.market
        }
        guard let place else {
            let known = plan.instruments.map { "\($0.symbol) \($0.market.name)" }
            throw RunFailure(
                "\(path) holds \(identity.symbol) \(identity.market.name), which the "
                    + "configuration does not list (it lists \(known.joined(separator: ", "))); "
                    + "give another --tape, or add the instrument to --config"
            )
        }
        return Entry(
            path: path,
            kind: .tape,
            contentHash: try hash(path),
            firstTime: firstTime,
            instrument: plan.instruments[place].id
        )
    }

    private static func hash(_ path: String) throws -> String {
        let sha = SHA256()
        do throws(PlatformError) {
            let file = try File(path: path, mode: .read)
            let size = try file.size()
            var offset = 0
            while offset < size {
                let bytes = try file.read(at: offset, count: min(1 << 20, size - offset))
                if bytes.isEmpty { break }
                sha.update(bytes.span)
                offset += bytes.count
            }
        } catch {
            throw RunFailure("\(error)")
        }
        return "\(sha.finish())"
    }

    /// The tapes and signals that the journal does not know yet, after checking those it knows.
    ///
    /// The list may grow only by tapes that begin after what is consumed.
    func newEntries(_ state: TradingState) throws -> [Entry] {
        var rest = entries
        for source in state.sources {
            let known = rest.firstIndex { $0.kind == source.kind }
            guard let known, rest[known].contentHash == source.contentHash else {
                throw RunFailure(
                    refusing: "this journal trades \(source.name) (SHA-256 "
                        + "\(source.contentHash.prefix(12))…), which is not where it was on the "
                        + "command line, or has changed; give the same tapes in the same order, "
                        + "or a fresh --journal"
                )
            }
            rest.remove(at: known)
        }
        for entry in rest where !state.sources.isEmpty && entry.firstTime <= state.time {
            throw RunFailure(
                refusing: "\(entry.path) begins at \(entry.firstTime), before \(state.time), "
                    + "which this journal has reached; only later tapes can be added"
            )
        }
        return rest
    }

    /// What the world is made of, once the state lists instruments and sources.
    func worldPlan(_ state: TradingState) throws -> TapePlan {
        let depth = plan.plans.map(\.bookDepth).max() ?? 1
        let feeds = state.instruments.map { held in
            MarketFeed(
                instrument: held.instrument.id,
                symbol: held.instrument.symbol,
                market: held.instrument.market,
                capacity: plan.bookCapacity,
                depth: depth
            )
        }
        let balances = plan.balances.compactMap { balance -> PaperBalance? in
            guard let place = state.assets.firstIndex(where: { $0.name == balance.asset }) else {
                return nil
            }
            return PaperBalance(asset: AssetID(UInt16(place)), total: balance.amount)
        }
        let tapes = entries.filter { $0.kind == .tape }
        func number(of entry: Entry) throws -> SourceID {
            let place = state.sources.firstIndex { source in
                source.kind == entry.kind && source.contentHash == entry.contentHash
            }
            guard let place else { throw RunFailure("\(entry.path) is not attached") }
            return SourceID(UInt16(place))
        }
        let signals = entries.first { $0.kind == .signals }
        return TapePlan(
            paths: tapes.map(\.path),
            instruments: tapes.compactMap(\.instrument),
            sources: try tapes.map(number),
            feeds: feeds,
            venue: PaperVenue(
                instruments: state.instruments.map(\.instrument),
                balances: balances
            ),
            priceCeilings: state.instruments.map(\.instrument.priceCeiling),
            latency: plan.latency,
            replyLatency: plan.replyLatency,
            signals: plan.signals,
            signalSource: try signals.map(number)
        )
    }
}

extension Instrument {
    /// The highest price at which its largest order is counted without coming near the end of
    /// what a decimal holds: price times quantity is at most 10¹⁷.
    var priceCeiling: Price {
        let most = Decimal(100_000_000_000_000_000)
        guard filters.maximumQuantity.value > .one else { return Price(most) }
        return Price(most.divided(by: filters.maximumQuantity.value, .down))
    }
}
