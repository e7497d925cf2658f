internal import Exchange
internal import Projections
internal import Trading

/// What the cases of a comparison change of the blocks of new risk.
///
/// A pure function: the same state, survey and cases give the same events.
struct Blocking {
    /// What tells one case from another, whatever its figures.
    struct Identity: Hashable {
        var kind: CaseKind
        var scope: CaseScope
        var subject: String
    }

    let state: TradingState
    let survey: VenueSurvey

    /// How many bytes of a case's words an event holds.
    private static let longestText = 500

    /// What follows from the cases.
    ///
    /// A case that was released does not block again while its figures are the same.
    ///
    /// - Parameters:
    ///   - found: The cases, confirmed.
    ///   - told: What a person was told of before; what is found now after this.
    /// - Returns: Blocks that end, then what blocks now, then what a person is told.
    func events(_ found: [Discrepancy], told: inout Set<Identity>) -> [Event] {
        let wanted = blocks(for: found)
        var events = ended(wanted).map { Event.blockEnded($0) }
        let fresh = wanted.filter { block in
            !state.blocks.contains { $0.isAbout(block) && $0.seen == block.seen }
        }
        events += fresh.map { .riskBlocked($0) }
        for found in found where found.action == .ask || found.action == .halt {
            let block = self.block(for: found)
            let isFresh = block.map { block in fresh.contains { isSame($0, block) } } ?? false
            let isReleased = state.blocks.contains { known in
                !known.holds && block.map { known.isAbout($0) } ?? false
            }
            guard isFresh || (!isReleased && !told.contains(found.identity)) else { continue }
            events.append(
                .errorRecorded(ErrorRecorded(severity: .alarm, text: found.sentence))
            )
        }
        told = Set(found.map(\.identity))
        return events
    }

    private func isSame(_ left: RiskBlocked, _ right: RiskBlocked) -> Bool {
        left.caseID == right.caseID && left.scope == right.scope && left.subject == right.subject
    }

    /// That everything was compared, where nothing of it is left open.
    ///
    /// - Parameter found: The cases, as the survey has them.
    /// - Returns: The event that says so; `nil` where something is left open.
    func completion(_ found: [Discrepancy]) -> Event? {
        guard let window = survey.window, survey.unanswered.isEmpty,
            survey.hasHistory || !window.isLate
        else { return nil }
        // What is not booked yet is left for the next survey, which reads as far back as usual.
        guard !window.isLong || !lacksRecords(found) else { return nil }
        guard !leavesEntries else { return nil }
        let wanted = blocks(for: found)
        let isOpen = wanted.contains { wanted in
            isOfThePast(wanted.caseID)
                && !state.blocks.contains { known in
                    !known.holds && known.isAbout(wanted) && known.seen == wanted.seen
                }
        }
        let stays = state.blocks.contains { known in
            known.holds && isOfThePast(known.caseID) && !isEnded(known, wanted)
        }
        // A venue may set its clock back.
        guard !isOpen, !stays, window.until > state.comparedUntil else { return nil }
        return .comparisonCompleted(ComparisonCompleted(until: window.until))
    }

    /// Whether the venue has recorded something of ours that is not booked yet, or may have.
    private func lacksRecords(_ found: [Discrepancy]) -> Bool {
        let told: Set<CaseKind> = [
            .fillNotBooked, .filledAfterEnd, .reducedByOthers, .fundingNotBooked, .entryNotBooked,
        ]
        if found.contains(where: { told.contains($0.kind) }) { return true }
        // Where something has changed since the survey began nothing was compared.
        let hasFills = survey.parts.contains { part in
            part.isMoved && part.newFills(state).contains { $0.kind != .funding }
        }
        return hasFills || survey.entries?.contains { mayNotBeTold($0) } ?? false
    }

    /// Whether an entry is not booked, and what it is cannot be told because something has changed
    /// since the survey began: funding by what moved its position, all else by any of it.
    private func mayNotBeTold(_ entry: VenueEntry) -> Bool {
        guard ![.trade, .position].contains(entry.kind), !state.hasBooked(entry.id) else {
            return false
        }
        return survey.areBalancesMoved
            || survey.parts.contains { part in
                part.isMoved
                    && (entry.kind != .funding
                        || state.instrument(part.instrument)?.symbol == entry.symbol)
            }
    }

    /// Whether entries cannot be told from what fills took of which the venue tells nothing, those
    /// in an instrument that it lists no more: they are read again, however long that lasts.
    private var leavesEntries: Bool {
        guard survey.parts.contains(where: { $0.fills == nil }) else { return false }
        return survey.entries?.contains { entry in
            [.transfer, .interest, .other].contains(entry.kind) && !state.hasBooked(entry.id)
                && entry.time >= state.began ?? .never
        } ?? false
    }

    private func isOfThePast(_ caseID: String) -> Bool {
        CaseKind(rawValue: caseID)?.isOfThePast ?? false
    }

    // MARK: What blocks

    /// What blocks, each case once; where there are more than a state holds, the markets of those
    /// beyond are blocked as a whole.
    private func blocks(for found: [Discrepancy]) -> [RiskBlocked] {
        var blocks: [RiskBlocked] = []
        for found in found where found.kind.blocksRisk {
            guard let block = block(for: found) else { continue }
            if let place = blocks.firstIndex(where: { isSame($0, block) }) {
                blocks[place].seen = Self.short("\(blocks[place].seen); \(block.seen)")
            } else {
                blocks.append(block)
            }
        }
        // What the state holds and does not end stays, found again or not; one place is kept for
        // each market.
        let staying = state.blocks.count { !isEnded($0, blocks) }
        let room = max(0, TradingState.blockCapacity - Market.allCases.count - staying)
        let new = blocks.filter { block in !state.blocks.contains { $0.isAbout(block) } }
        guard new.count > room else { return blocks }
        let beyond = new[room...]
        let kept = blocks.filter { block in !beyond.contains { isSame($0, block) } }
        return kept + overflow(beyond)
    }

    private func overflow(_ blocks: ArraySlice<RiskBlocked>) -> [RiskBlocked] {
        Market.allCases.compactMap { market in
            let count = blocks.count { isOf($0.scope, market) }
            guard count > 0 else { return nil }
            return RiskBlocked(
                caseID: CaseKind.tooMany.rawValue,
                scope: BlockScope(.market, market.name),
                subject: market.name,
                seen: "\(CaseKind.tooMany.entry.seen)"
            )
        }
    }

    private func isOf(_ scope: BlockScope, _ market: Market) -> Bool {
        switch scope.reach {
        case .asset: true
        case .market: scope.name == market.name
        case .instrument:
            state.instruments.contains {
                $0.instrument.name == scope.name && $0.instrument.market == market
            }
        }
    }

    /// The block that a case asks for; `nil` where it asks for none.
    private func block(for found: Discrepancy) -> RiskBlocked? {
        guard found.kind.blocksRisk, let scope = scope(of: found) else { return nil }
        return RiskBlocked(
            caseID: found.kind.rawValue,
            scope: scope,
            subject: Self.short(found.subject),
            seen: Self.short(found.seen)
        )
    }

    private static func short(_ text: String) -> String {
        var kept = Substring(text)
        while kept.utf8.count > longestText { kept = kept.dropLast() }
        return String(kept)
    }

    /// The scope of a case in the words of the state.
    private func scope(of found: Discrepancy) -> BlockScope? {
        switch found.scope {
        case .asset(let name): BlockScope(.asset, name)
        case .instrument(let name):
            survey.parts.first { $0.name == name }.flatMap { state.instrument($0.instrument) }
                .map { BlockScope(.instrument, $0.name) }
        case .venue(let name):
            survey.parts.first { $0.market.name == name }
                .map { BlockScope(.market, $0.market.market.name) }
        }
    }

    // MARK: What ends

    private func ended(_ wanted: [RiskBlocked]) -> [BlockEnded] {
        state.blocks.filter { isEnded($0, wanted) }
            .map { BlockEnded(block: $0.id, end: .notFound) }
    }

    /// Whether what blocked is not found any more, by a survey that would have told.
    private func isEnded(_ known: RiskBlock, _ wanted: [RiskBlocked]) -> Bool {
        guard !wanted.contains(where: { known.isAbout($0) }) else { return false }
        guard let kind = CaseKind(rawValue: known.caseID) else { return false }
        switch kind {
        case .notAnswered, .tooMany: return true
        // Another engine, or a journal that was put back, is a matter for a person: that nothing of
        // it is found any more proves nothing, because numbers are given anew.
        case .unknownEpoch, .unknownOrder, .fillOfUnknownOrder:
            guard !known.holds, survey.hasHistory else { return false }
        case .notListed, .takesNoOrders, .otherRules, .otherMode:
            guard survey.hasRules else { return false }
        // A fill that is not booked may be what is missing, and may be something else.
        case .balanceMissing:
            let reductions = ReductionEvidence(state, survey)
            guard !survey.lacksFills(settledIn: known.scope.name, state, reductions) else {
                return false
            }
        default: break
        }
        let silent = survey.parts.filter { part in
            survey.unanswered.contains { $0.market == part.market.name }
        }
        switch known.scope.reach {
        case .asset:
            return survey.balances != nil && survey.unanswered.isEmpty && !survey.areBalancesMoved
        case .market: return !silent.contains { $0.market.market.name == known.scope.name }
        case .instrument:
            return survey.parts.contains { part in
                state.instrument(part.instrument)?.name == known.scope.name && !part.isMoved
                    && !silent.contains { $0.market == part.market }
            }
        }
    }
}

extension Discrepancy {
    /// What tells it from another.
    var identity: Blocking.Identity {
        Blocking.Identity(kind: kind, scope: scope, subject: subject)
    }
}
