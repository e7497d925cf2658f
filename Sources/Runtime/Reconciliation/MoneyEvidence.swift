internal import Exchange
internal import Projections
internal import Trading

/// What the entries of a venue's own log explain: funding of our positions, and what left the
/// account beside our trades.
///
/// A pure function of the state, in which all fills are booked, and a survey. Each entry becomes at
/// most one event, with the venue's evidence.
struct MoneyEvidence {
    /// What is to be booked.
    private(set) var events: [Event] = []
    /// Funding that is not booked and may be somebody else's.
    private(set) var doubtful: [VenueEntry] = []
    /// How much of each asset's balance the events change.
    private(set) var changes: [String: Money] = [:]
    private let state: TradingState
    private let survey: VenueSurvey

    init(_ state: TradingState, _ survey: VenueSurvey) {
        self.state = state
        self.survey = survey
        guard let entries = survey.entries else { return }
        // What was before the journal explains nothing in it.
        let began = state.began ?? .never
        var seen: Set<VenueID> = []
        let new = entries.filter { entry in
            entry.time >= began && !state.hasBooked(entry.id) && seen.insert(entry.id).inserted
        }
        .sorted { ($0.time, $0.id) < ($1.time, $1.id) }
        for entry in new where entry.kind == .funding { settle(entry) }
        // What is missing counts once nothing else can explain it.
        guard !survey.areBalancesMoved, !lacksFills, doubtful.isEmpty else { return }
        for entry in new { explain(entry) }
    }

    /// Whether a fill of ours may not be booked yet.
    private var lacksFills: Bool {
        survey.parts.contains { lacksFills($0) }
    }

    private func lacksFills(_ part: VenueSurvey.Part) -> Bool {
        // A fill may be of an order of which nothing was told.
        if part.fills == nil || part.isMoved || part.looked.values.contains(.unanswered) {
            return true
        }
        let owners = SurveyOwners(state, part)
        let held = state.instruments[Int(part.instrument.rawValue)].position.quantity
        // What others have closed of ours is known only from what is left.
        let mayBeReduced =
            part.market.market == .perpetual && part.position == nil && !held.isZero
        return part.newFills(state).contains { fill in
            fill.kind == .trade && owners.order(of: fill, state) != nil
                || fill.kind != .funding && mayBeReduced
        }
    }

    // MARK: Funding

    /// Books funding of a position that was ours alone; of one that was not ours it is none.
    private mutating func settle(_ entry: VenueEntry) {
        let parts = survey.parts.filter { part in
            part.market.market == .perpetual
                && state.instrument(part.instrument)?.symbol == entry.symbol
        }
        // Of a contract that we do not trade it is somebody else's.
        guard let part = parts.first, !lacksFills(part) else { return }
        switch holder(in: part, around: entry.time) {
        case .nobody, .others: return
        case .unclear: return doubtful.append(entry)
        case .us: break
        }
        events.append(
            .fundingSettled(
                FundingSettled(
                    instrument: part.instrument,
                    amount: entry.amount,
                    rate: entry.rate ?? .zero,
                    report: 0,
                    evidence: entry.id
                )
            )
        )
        changes[entry.asset, default: .zero] += entry.amount
    }

    /// Who held what the account held at a moment.
    private enum Holder {
        case us
        case others
        case nobody
        case unclear
    }

    /// How far off its time a venue may settle: Binance documents 15 seconds.
    private static let deviation = TimeSpan(seconds: 15)

    /// Who held what funding of a time was charged for.
    ///
    /// Where nobody held anything then, it was charged a little before or after; who held something
    /// at each of those moments held it.
    private func holder(in part: VenueSurvey.Part, around time: Timestamp) -> Holder {
        let then = holder(in: part, at: time)
        guard then == .nobody else { return then }
        var holders: [Holder] = []
        for fill in part.fills ?? [] where fill.kind != .funding {
            if fill.time > time, fill.time - time <= Self.deviation {
                holders.append(holder(in: part, at: fill.time))
            } else if fill.time <= time, time - fill.time <= Self.deviation {
                let before = fill.time - TimeSpan(nanoseconds: 1)
                holders.append(holder(in: part, at: before))
            }
        }
        let found = Set(holders.filter { $0 != .nobody })
        return found.count > 1 ? .unclear : found.first ?? .nobody
    }

    private func holder(in part: VenueSurvey.Part, at moment: Timestamp) -> Holder {
        guard let ours = ownPosition(in: part, at: moment) else { return .unclear }
        let all = accountPosition(in: part, at: moment)
        if ours.isZero { return all == .zero ? .nobody : .others }
        return all == ours ? .us : .unclear
    }

    /// What we held at a moment; `nil` where that is not proven.
    private func ownPosition(in part: VenueSurvey.Part, at moment: Timestamp) -> Quantity? {
        guard let later = fills(of: part, after: moment) else { return nil }
        let owners = SurveyOwners(state, part)
        var held = state.instruments[Int(part.instrument.rawValue)].position.quantity
        for fill in later {
            let isBooked = state.hasBooked(part.unique(fill.id))
            // What others took of ours is booked as well.
            guard isBooked || owners.order(of: fill, state) != nil else { continue }
            guard isBooked else { return nil }
            held -= fill.side.signed(fill.quantity)
        }
        return held
    }

    /// What the account held at a moment, ours or not; `nil` where that is not proven.
    private func accountPosition(in part: VenueSurvey.Part, at moment: Timestamp) -> Quantity? {
        guard let later = fills(of: part, after: moment), let now = part.position, !part.isHedge
        else { return nil }
        return later.reduce(now) { $0 - $1.side.signed($1.quantity) }
    }

    /// What moved a position after a moment, each once; `nil` where that is not told in full.
    private func fills(of part: VenueSurvey.Part, after moment: Timestamp) -> [VenueExecution]? {
        guard let fills = part.fills, !part.isMoved else { return nil }
        var seen: Set<VenueID> = []
        let later = fills.filter {
            $0.time > moment && $0.kind != .funding && seen.insert($0.id).inserted
        }
        return later.contains { $0.kind == .other } ? nil : later
    }

    // MARK: What came and went

    /// Takes an entry that is no trade and no funding: what went out is taken from what is not ours
    /// first.
    private mutating func explain(_ entry: VenueEntry) {
        let kind: AccountEntryKind
        switch entry.kind {
        case .transfer: kind = .transfer
        case .interest: kind = .interest
        case .other: kind = .other
        case .trade, .funding, .position: return
        }
        guard let theirs = survey.balances.map({ $0[entry.asset] ?? .zero }) else { return }
        let ours = state.assets.first { $0.name == entry.asset }?.balance ?? .zero
        let missing = max(.zero, ours + (changes[entry.asset] ?? .zero) - theirs)
        let charged = entry.amount.isNegative ? min(missing, .zero - entry.amount) : .zero
        events.append(
            .accountEntryBooked(
                AccountEntryBooked(
                    evidence: entry.id,
                    entry: kind,
                    word: String(entry.word.prefix(40)),
                    asset: entry.asset,
                    whole: entry.amount,
                    amount: .zero - charged
                )
            )
        )
        if charged.isPositive { changes[entry.asset, default: .zero] -= charged }
    }
}
