internal import Projections
internal import Trading

extension ReportGatherer {
    /// Takes what tells of the engine, its machine and the people beside it.
    func takeSession(_ envelope: EventEnvelope, _ state: TradingState, isWithin: Bool) {
        switch envelope.event {
        case .epochBegan(let it): begin(it, envelope, state, isWithin: isWithin)
        case .epochEnded(let it):
            reach(envelope.sequence, envelope.time)
            epochs.updateLast { $0.stop = it.reason.name }
        default:
            guard isWithin else { return }
            takeOperation(envelope, state)
            takeTrouble(envelope, state)
        }
    }

    /// The epoch has come as far as this event.
    func reach(_ sequence: SequenceNumber, _ time: Timestamp) {
        epochs.updateLast { row in
            row.last = sequence
            row.lastTime = time
        }
    }

    private func begin(
        _ began: EpochBegan,
        _ envelope: EventEnvelope,
        _ state: TradingState,
        isWithin: Bool
    ) {
        if state.head.rawValue > 0 { reach(state.head, state.time) }
        if began.previousStop == .unclean {
            let stopped = epochs.last?.lastTime ?? envelope.time
            epochs.updateLast { row in
                row.stop = "unclean"
                row.isUnclean = true
            }
            if isWithin {
                uncleanStops += 1
                put(on: .uncleanStop, at: max(stopped, first?.time ?? stopped))
            }
        }
        // Before the period only the epoch that reaches into it counts.
        if !isWithin || first?.sequence == envelope.sequence.rawValue { epochs = Newest(300) }
        epochs.add(
            EpochRow(
                epoch: began.epoch,
                began: envelope.time,
                first: envelope.sequence,
                program: began.program,
                last: envelope.sequence,
                lastTime: envelope.time
            )
        )
    }

    private func takeOperation(_ envelope: EventEnvelope, _ state: TradingState) {
        switch envelope.event {
        case .botStatusChanged(let it):
            if it.status == .running {
                pauses.updateLast { $0.to = $0.to ?? envelope.time }
            } else if pauses.last.map({ $0.to != nil }) ?? true {
                pauses.add(PauseRow(from: envelope.time))
            }
            operators.add(note(envelope, state, "status"))
            put(on: .operation, at: envelope.time)
        case .correctionMade: operate("correction", envelope, state)
        case .journalRestored: operate("restore", envelope, state)
        case .segmentsRemoved: operate("removal", envelope, state)
        case .balanceAdjusted, .accountEntryBooked: operate("balance", envelope, state)
        case .riskBlocked, .blockEnded: operate("reconciliation", envelope, state)
        case .configurationApplied: operate("configuration", envelope, state)
        case .riskParametersChanged:
            countLimitChange()
            operate("limits", envelope, state)
        case .checkpointSigned: checkpoints += 1
        default: break
        }
    }

    private func operate(_ label: String, _ envelope: EventEnvelope, _ state: TradingState) {
        operators.add(note(envelope, state, label))
        put(on: .operation, at: envelope.time)
    }

    /// How many unknown outcomes are waited for one by one.
    private static let unknownLimit = 1000

    /// Those that are still unknown, or became known by an answer, are shown without evidence.
    func settleUnknowns() {
        for row in openUnknowns.values.sorted(by: { $0.sequence < $1.sequence }) {
            unknowns.add(row)
        }
        openUnknowns = [:]
    }

    private func takeTrouble(_ envelope: EventEnvelope, _ state: TradingState) {
        switch envelope.event {
        case .errorRecorded(let it):
            errorCounts[Int(it.severity.rawValue)] += 1
            put(on: it.severity == .alarm ? .alarm : .error, at: envelope.time)
            let row = NoteRow(
                sequence: envelope.sequence,
                time: envelope.time,
                label: it.severity.name,
                text: it.text
            )
            if it.severity == .alarm { alarms.add(row) } else { errors.add(row) }
        case .marketFaulted:
            errorCounts[Int(Severity.warning.rawValue)] += 1
            put(on: .error, at: envelope.time)
            errors.add(note(envelope, state, "market data"))
        case .outcomeUnknown(let it):
            put(on: .unknown, at: envelope.time)
            let order = state.order(it.order)
            let name = order.map { " \($0.role.name) \(state.name(of: $0.terms.instrument))" }
            if let earlier = openUnknowns.removeValue(forKey: it.order) { unknowns.add(earlier) }
            if openUnknowns.count >= Self.unknownLimit { settleUnknowns() }
            openUnknowns[it.order] = UnknownRow(
                sequence: envelope.sequence,
                time: envelope.time,
                order: it.order,
                what: it.request.name + (name ?? ""),
                why: it.why
            )
        case .outcomeResolved(let it):
            guard var row = openUnknowns.removeValue(forKey: it.order) else { return }
            row.resolvedAt = envelope.time
            row.evidence = it.evidence
            unknowns.add(row)
        case .commitsTimed(let it):
            commits.add(CommitTimes(it.times), at: envelope.time)
            commitSum.add(it.times)
            epochs.updateLast { row in
                var times = row.commits ?? DurationHistogram()
                times.add(it.times)
                row.commits = times
            }
        default: break
        }
    }
}
