internal import Engine
internal import Journal
internal import Platform
internal import Projections
internal import Trading

extension ControlServer {
    /// Opens the control socket; an engine trades without one where there can be none.
    static func listen(
        _ plan: RunPlan,
        _ observer: RunObserver,
        _ time: Timestamp
    ) -> ControlServer? {
        do throws(PlatformError) {
            return try ControlServer(plan.journal)
        } catch {
            tell(observer, time, "there is no control socket: \(error)")
            return nil
        }
    }

    /// Takes the control socket away.
    static func hangUp(_ control: ControlServer?, _ observer: RunObserver, _ time: Timestamp) {
        do throws(PlatformError) {
            try control?.close()
        } catch {
            tell(observer, time, "the control socket stays: \(error)")
        }
    }

    private static func tell(_ observer: RunObserver, _ time: Timestamp, _ text: String) {
        observer.log(RunMessage(time: time, severity: .warning, text: text, trace: .none))
    }
}

extension EngineRun where World: ~Copyable {
    /// Takes the requests that wait at the control socket.
    func serveControl() throws(JournalError) {
        var hasSignals = false
        let answer = { (request: ControlMessage) throws(JournalError) -> ControlMessage in
            switch request.text("request") {
            case "status": self.status()
            case "seal": try self.seal()
            case "remove": try self.remove(request)
            case "correct": try self.correct(request)
            case "release": try self.release(request)
            case "pause": try self.pause(request, isActive: true)
            case "goOn": try self.pause(request, isActive: false)
            case "breakers": self.breakers(closing: request.text("close"))
            case "signal": try self.signal(request, &hasSignals)
            case let name: .refusal("there is no request \(name ?? "without a name")")
            }
        }
        // A verdict is told when it is durable, and what it set off has left.
        try control?.serve(answer) { () throws(JournalError) in
            if hasSignals { try self.settle() }
        }
    }

    private func status() -> ControlMessage {
        .done([
            "journalId": .text("\(session.journalID)"), "head": .number(session.head.sequence),
            "epoch": .number(UInt64(session.head.epoch)), "time": .text("\(turn.time)"),
            "status": .text(turn.state.status.name), "reason": .text(turn.state.statusReason),
            "process": .number(UInt64(clamping: CurrentProcess.id)),
            "program": .text(plan.program), "inputs": .number(inputs),
        ])
    }

    /// How the venue's circuit breakers stand, after one or `all` of them are closed by hand.
    private func breakers(closing name: String?) -> ControlMessage {
        if let name, !world.closeBreaker(name == "all" ? nil : name) {
            return .refusal("there is no circuit breaker \(name)")
        }
        if let name { say("the circuit breaker \(name) was closed by hand") }
        return .done(world.breakers.map { ($0.name, .text($0.standing)) })
    }

    private func say(_ text: String) {
        observer.log(RunMessage(time: turn.time, severity: .warning, text: text, trace: .none))
    }

    /// Takes a snapshot and seals the segment behind it; nothing where nothing came since then.
    private func seal() throws(JournalError) -> ControlMessage {
        try settle()
        if sealing?.head != session.head.sequence {
            try saveSnapshot()
            let snapshot = session.head.sequence
            try session.beginSegment()
            // What records the snapshot's hash is the first event of the new segment.
            try session.commit(&turn)
            sealing = (snapshot, session.head.sequence)
        }
        return .done([
            "snapshot": .number(sealing?.snapshot ?? 0), "head": .number(session.head.sequence),
        ])
    }

    /// Takes an operator's correction, if its figures are those that were seen.
    private func correct(_ request: ControlMessage) throws(JournalError) -> ControlMessage {
        guard let made = CorrectionMade(request) else {
            return .refusal("correct needs a correction that can be read, with operator and reason")
        }
        let sequence: SequenceNumber
        do throws(CorrectionRefusal) {
            sequence = try engine.correct(made, &turn)
        } catch {
            return .refusal("\(error)")
        }
        try keep()
        try settle()
        return .done([
            "sequence": .number(sequence.rawValue), "head": .number(session.head.sequence),
        ])
    }

    /// Pauses by hand, or ends such a pause; another reason to pause stays in force.
    private func pause(
        _ request: ControlMessage,
        isActive: Bool
    ) throws(JournalError) -> ControlMessage {
        guard let by = request.text("by"), let reason = request.text("reason"),
            (1...CorrectionMade.longestName).contains(by.utf8.count),
            (1...CorrectionMade.longestReason).contains(reason.utf8.count)
        else {
            return .refusal(
                "a pause needs a name of at most \(CorrectionMade.longestName) bytes and a reason "
                    + "of at most \(CorrectionMade.longestReason)"
            )
        }
        let act = isActive ? "pauses the engine" : "ends the pause by hand"
        turn.emit(
            .errorRecorded(ErrorRecorded(severity: .warning, text: "\(by) \(act): \(reason)"))
        )
        engine.decide(.condition(.pausedByHand, isActive: isActive), &turn)
        try keep()
        try settle()
        return .done([
            "status": .text(turn.state.status.name), "reason": .text(turn.state.statusReason),
            "head": .number(session.head.sequence),
        ])
    }

    /// Releases a block of new risk; what is reserved for unknown orders stays reserved.
    private func release(_ request: ControlMessage) throws(JournalError) -> ControlMessage {
        guard let release = CaseRelease(request) else {
            return .refusal("release needs a case, an operator and a reason")
        }
        let ended: BlockEnded
        do throws(CorrectionRefusal) {
            ended = try release.event(in: turn.state)
        } catch {
            return .refusal("\(error)")
        }
        let sequence = turn.emit(.blockEnded(ended), cause: ended.block)
        try keep()
        try settle()
        return .done([
            "sequence": .number(sequence.rawValue), "head": .number(session.head.sequence),
        ])
    }

    /// Takes the first segment out: the event, then the directory aside.
    private func remove(_ request: ControlMessage) throws(JournalError) -> ControlMessage {
        guard let removal = Removal(request) else {
            return .refusal("remove needs first, last, chainHash, archive and archiveHash")
        }
        do throws(JournalError) {
            try session.requireRemovable(removal)
        } catch {
            return .refusal("\(error)")
        }
        turn.emit(.segmentsRemoved(SegmentsRemoved(removal)))
        try session.append(turn.events)
        turn.clear()
        try settle()
        do throws(JournalError) {
            return .done([
                "aside": .text(try session.takeOut(removal)),
                "head": .number(session.head.sequence),
            ])
        } catch {
            // The event stands; the segment is taken out the next time.
            return .refusal("\(error)")
        }
    }
}
