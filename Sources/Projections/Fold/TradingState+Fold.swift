public import Trading

extension TradingState {
    /// Changes the state by an event: the only way a state changes.
    ///
    /// Total for every event the engine emits. An event that does not fit stops replay.
    ///
    /// - Throws: ``FoldFailure``; the state is then not to be used.
    public mutating func fold(_ envelope: borrowing EventEnvelope) throws(FoldFailure) {
        do throws(Misfit) {
            try advance(to: envelope.sequence, at: envelope.time)
            try apply(envelope.event)
        } catch {
            throw FoldFailure(sequence: envelope.sequence, reason: error.reason)
        }
    }

    /// Leaves an event out: only the place in the journal goes on.
    ///
    /// For an event that cannot be folded and that an operator's correction names. Its time is left
    /// out too, because it may be what is wrong.
    ///
    /// - Throws: ``FoldFailure`` where it is not the next one.
    public mutating func passOver(_ sequence: SequenceNumber) throws(FoldFailure) {
        guard sequence.rawValue == head.rawValue &+ 1 else {
            throw FoldFailure(sequence: sequence, reason: "event \(head.next) was expected here")
        }
        head = sequence
    }

    /// Goes on to an event, which must be the next one and not before the last.
    @inline(__always)
    mutating func advance(to sequence: SequenceNumber, at moment: Timestamp) throws(Misfit) {
        guard sequence.rawValue == head.rawValue &+ 1 else {
            throw Misfit("event \(head.next) was expected here")
        }
        guard moment >= time else { throw Misfit("its time is before \(time)") }
        head = sequence
        time = moment
    }

    private mutating func apply(_ event: borrowing Event) throws(Misfit) {
        switch copy event {
        case .orderFilled(let payload): try fill(payload)
        case .inputsMarked(let payload): try mark(payload)
        case .orderIntended(let payload): try intend(payload)
        case .orderAccepted(let payload): try accept(payload)
        case .amendIntended(let payload): try intendAmend(payload)
        case .orderAmended(let payload): try amend(payload)
        case .cancelIntended(let payload): try intendCancel(payload)
        case .orderCancelled(let payload):
            try end(payload.order, as: .cancelled, report: payload.report)
        case .orderTriggered(let payload): try trigger(payload)
        case .peakMoved(let payload): try movePeak(payload)
        case .dealOpened(let payload): try open(payload)
        case .dealMoved(let payload): try move(payload)
        case .dealClosed(let payload): try close(payload)
        case .orderRejected(let payload): try end(payload.refusal, as: .rejected)
        case .orderExpired(let payload): try end(payload.refusal, as: .expired)
        case .cancelRejected(let payload): try refuse(payload.refusal)
        case .amendRejected(let payload): try refuse(payload.refusal)
        case .orderRefused(let payload): try refuse(payload)
        case .outcomeUnknown(let payload): try markUnknown(payload)
        case .outcomeResolved(let payload): try resolve(payload)
        case .reportSetAside(let payload): see(report: payload.report)
        case .fundingSettled(let payload): try settle(payload)
        case .positionLiquidated(let payload): try liquidate(payload)
        case .instrumentListed(let payload): try list(payload)
        case .balanceAdjusted(let payload): try adjust(payload)
        case .riskParametersChanged(let payload): risk = payload.parameters
        case .signalReceived(let payload): remember(payload)
        default: try applySession(event)
        }
    }

    private mutating func applySession(_ event: borrowing Event) throws(Misfit) {
        switch copy event {
        case .journalBegan(let payload):
            guard head == SequenceNumber(1) else { throw Misfit("a journal begins once") }
            tag = payload.tag
            mode = payload.mode
        case .epochBegan(let payload): try begin(payload)
        case .epochEnded: isStoppedCleanly = true
        case .journalRestored(let payload): restore(payload)
        case .scanCheckpointed(let payload): try checkpoint(payload)
        case .correctionMade(let payload): try correct(payload)
        case .riskBlocked(let payload): try block(payload)
        case .blockEnded(let payload): try endBlock(payload)
        case .accountEntryBooked(let payload): try book(payload)
        case .comparisonCompleted(let payload):
            guard payload.until > comparedUntil else { throw Misfit("it was compared before") }
            comparedUntil = payload.until
        case .sourceAttached(let payload): try attach(payload)
        case .botStatusChanged(let payload):
            status = payload.status
            statusReason = payload.reason
        case .errorRecorded(let payload): record(payload.severity, payload.text)
        case .marketFaulted(let payload): record(.warning, payload.text)
        case .configurationApplied(let payload): configurationHash = payload.hash
        default: break  // recovery steps, hashes and account settings are evidence, not state
        }
    }
}

/// Why an event does not fit the state.
struct Misfit: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }

    /// An amount, or what it would become, is beyond what a state holds.
    static var tooLarge: Misfit { Misfit("its amounts are beyond all bounds") }
}

extension TradingState {
    private mutating func begin(_ payload: EpochBegan) throws(Misfit) {
        guard payload.epoch > epoch else { throw Misfit("epoch \(payload.epoch) is not a new one") }
        epochs.append(EpochRecord(epoch: payload.epoch, draw: payload.draw))
        if epochs.count > Self.epochCapacity { _ = forgetEpoch() }
        isStoppedCleanly = false
    }

    /// Epochs that a restore lost are ours too: orders at the venue may be named by them.
    ///
    /// Their draws are not known, which an empty draw says.
    private mutating func restore(_ payload: JournalRestored) {
        let place = epochs.firstIndex { $0.epoch > payload.lostEpoch } ?? epochs.count
        let known = place == 0 ? 0 : epochs[place - 1].epoch.rawValue
        let lost = Int(payload.lostEpoch.rawValue) - Int(known)
        guard lost > 0 else { return }
        let numbers = (0..<min(lost, Self.epochCapacity)).reversed()
        let records = numbers.map { back in
            EpochRecord(epoch: Epoch(payload.lostEpoch.rawValue - UInt32(back)), draw: "")
        }
        epochs.insert(contentsOf: records, at: place)
        while epochs.count > Self.epochCapacity, forgetEpoch() {}
    }

    /// Forgets the oldest start that no order at the venue is named by; false where all are.
    private mutating func forgetEpoch() -> Bool {
        var named: [Epoch] = []
        for order in orders.ordered where order.isLive { named.append(order.epoch) }
        guard let place = epochs.firstIndex(where: { record in !named.contains(record.epoch) })
        else { return false }
        epochs.remove(at: place)
        return true
    }

    private mutating func attach(_ payload: SourceAttached) throws(Misfit) {
        guard Int(payload.source.rawValue) == sources.count else {
            throw Misfit("source \(sources.count) was expected, not \(payload.source)")
        }
        sources.append(
            SourceState(
                kind: payload.sourceKind,
                name: payload.name,
                contentHash: payload.contentHash,
                firstTime: payload.firstTime,
                line: 0,
                time: .never
            )
        )
    }

    mutating func mark(_ payload: InputsMarked) throws(Misfit) {
        let place = Int(payload.source.rawValue)
        guard place < sources.count else { throw Misfit("source \(payload.source) is unknown") }
        guard payload.line >= sources[place].line, payload.inputs >= inputs else {
            throw Misfit("a mark does not go back")
        }
        sources[place].line = payload.line
        sources[place].time = payload.time
        inputs = payload.inputs
    }

    private mutating func record(_ severity: Severity, _ text: String) {
        errors.append(ErrorEntry(sequence: head, time: time, severity: severity, text: text))
        while errors.count > Self.errorCapacity { errors.removeFirst() }
    }

    private mutating func remember(_ payload: SignalReceived) {
        forgetOldSignals()
        guard !payload.verdict.isRepetition else { return }
        signals.append(
            SeenSignal(
                id: payload.id,
                symbol: payload.symbol,
                time: payload.time,
                seenAt: time,
                verdict: payload.verdict
            )
        )
    }

    private mutating func forgetOldSignals() {
        while let oldest = signals.first, time - oldest.seenAt > Self.timeToLive {
            signals.removeFirst()
        }
    }

    /// Remembers that a report of the venue is journaled.
    mutating func see(report: UInt64) { if report > lastReport { lastReport = report } }

    /// What became of the same signal before: same id, or else same symbol and time.
    public func seen(
        id: String,
        symbol: String,
        made: Timestamp,
        at now: Timestamp
    ) -> SeenSignal? {
        var sameMoment: SeenSignal?
        for signal in signals.ordered where now - signal.seenAt <= Self.timeToLive {
            if signal.id == id { return signal }
            if sameMoment == nil, signal.symbol == symbol, signal.time == made {
                sameMoment = signal
            }
        }
        return sameMoment
    }
}
