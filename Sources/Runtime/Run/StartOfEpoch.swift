internal import Engine
internal import Journal
internal import Platform
internal import Projections
internal import Trading

/// What a start writes before anything trades.
struct StartOfEpoch {
    let plan: RunPlan
    let observer: RunObserver
    let surroundings: RunSurroundings
    /// The sources of inputs that the journal does not know yet.
    let newSources: (TradingState) throws -> [TapeCatalog.Entry]

    func apply(to recovered: inout Recovered) throws {
        let state = recovered.turn.state
        let fresh = try newSources(state)
        if !recovered.isNew { try Self.requireConfiguration(plan, of: state) }
        let epoch = recovered.isNew ? Epoch(1) : recovered.session.nextEpoch
        if !recovered.isNew { try recovered.session.beginEpoch(epoch) }
        let stop: PreviousStop =
            state.epochs.isEmpty ? .none : state.isStoppedCleanly ? .clean : .unclean
        recovered.turn.emit(
            .epochBegan(
                EpochBegan(
                    epoch: epoch,
                    draw: surroundings.clock.characters(4),
                    previousStop: stop,
                    program: plan.program,
                    process: surroundings.process
                )
            )
        )
        for warning in recovered.warnings {
            recovered.turn.emit(
                .errorRecorded(ErrorRecorded(severity: .warning, text: warning))
            )
            observer.log(
                RunMessage(
                    time: recovered.turn.time,
                    severity: .warning,
                    text: warning,
                    trace: .none
                )
            )
        }
        tellReplay(&recovered, stop)
        settle(&recovered.turn, isNew: state.instruments.isEmpty)
        attach(fresh, &recovered.turn)
        try recovered.session.append(recovered.turn.events)
        recovered.turn.clear()
        try recovered.session.commit(&recovered.turn)
    }

    /// Requires that a journal was begun with the configuration of a plan, if with any.
    static func requireConfiguration(
        _ plan: RunPlan,
        of state: borrowing TradingState
    ) throws(RunFailure) {
        let hash = state.configurationHash
        guard hash.isEmpty || hash == plan.configurationHash else {
            throw RunFailure(
                refusing: "this journal was begun with another configuration (SHA-256 "
                    + "\(hash.prefix(12))…); use that one, or a fresh --journal"
            )
        }
    }

    private func tellReplay(_ recovered: inout Recovered, _ stop: PreviousStop) {
        let from = recovered.snapshot.map { "the snapshot at event \($0)" } ?? "the beginning"
        let head = recovered.turn.state.head
        let text =
            recovered.isNew
            ? "a new journal" : "\(recovered.replayed) events replayed from \(from)"
        recovered.turn.emit(.recoveryStepped(RecoveryStepped(step: 3, detail: text)))
        observer.log(
            RunMessage(
                time: recovered.turn.time,
                severity: nil,
                text: "recovery 3: \(text)",
                trace: .none
            )
        )
        guard stop == .unclean else { return }
        let unclean = "the stop before was unclean, at event \(head)"
        recovered.turn.emit(.recoveryStepped(RecoveryStepped(step: 4, detail: unclean)))
        observer.log(
            RunMessage(
                time: recovered.turn.time,
                severity: .warning,
                text: "recovery 4: \(unclean)",
                trace: .none
            )
        )
    }

    /// Configuration, instruments, limits and, in a new journal, balances.
    private func settle(_ turn: inout Turn, isNew: Bool) {
        if turn.state.configurationHash != plan.configurationHash {
            turn.emit(
                .configurationApplied(
                    ConfigurationApplied(
                        hash: plan.configurationHash,
                        text: plan.configurationText
                    )
                )
            )
        }
        for listed in plan.instruments.dropFirst(turn.state.instruments.count) {
            turn.emit(.instrumentListed(listed))
        }
        if turn.state.risk != plan.risk {
            turn.emit(.riskParametersChanged(RiskParametersChanged(parameters: plan.risk)))
        }
        guard isNew else { return }
        for balance in plan.balances { turn.emit(.balanceAdjusted(balance)) }
    }

    private func attach(_ entries: [TapeCatalog.Entry], _ turn: inout Turn) {
        for entry in entries {
            turn.emit(
                .sourceAttached(
                    SourceAttached(
                        source: SourceID(UInt16(turn.state.sources.count)),
                        sourceKind: entry.kind,
                        name: FileSystem.name(of: entry.path),
                        contentHash: entry.contentHash,
                        firstTime: entry.firstTime
                    )
                )
            )
        }
    }
}
