internal import Journal
internal import Projections
public import Trading

/// An operator's release of a case that blocks new risk.
public struct CaseRelease: Hashable, Sendable {
    /// The id of the case in the catalogue.
    public var caseID: String
    /// A part of what the case is about, where several of its kind block; `nil` elsewhere.
    public var subject: String?
    /// Who releases it.
    public var by: String
    /// Why.
    public var reason: String

    /// Makes a release.
    ///
    /// - Throws: ``RunFailure`` where name or reason is missing or too long.
    public init(caseID: String, subject: String?, by: String, reason: String) throws {
        self.caseID = caseID
        self.subject = subject
        self.by = by
        self.reason = reason
        guard isLawful else {
            throw RunFailure(
                "a release needs a name of 1 to \(CorrectionMade.longestName) bytes and a reason "
                    + "of 1 to \(CorrectionMade.longestReason)"
            )
        }
    }

    private var isLawful: Bool {
        (1...CorrectionMade.longestName).contains(by.utf8.count)
            && (1...CorrectionMade.longestReason).contains(reason.utf8.count)
    }

    /// The event that releases it; what no case blocks, or several, is refused.
    func event(in state: TradingState) throws(CorrectionRefusal) -> BlockEnded {
        let block = try state.blockToRelease(caseID, subject)
        return BlockEnded(block: block.id, end: .released, by: by, reason: reason)
    }

    // MARK: The control socket

    /// The request that lets a running engine do it.
    var request: ControlMessage {
        .request(
            "release",
            [
                "case": .text(caseID), "subject": .text(subject ?? ""), "by": .text(by),
                "reason": .text(reason),
            ]
        )
    }

    /// What such a request says; `nil` where it is none.
    init?(_ request: ControlMessage) {
        guard let caseID = request.text("case"), let by = request.text("by"),
            let reason = request.text("reason")
        else { return nil }
        self.caseID = caseID
        self.by = by
        self.reason = reason
        subject = request.text("subject").flatMap { $0.isEmpty ? nil : $0 }
        guard isLawful else { return nil }
    }

    /// Releases the case: the running engine does it, or this process in an epoch of its own.
    ///
    /// - Parameter plan: Names the journal.
    /// - Returns: The event that says so.
    /// - Throws: ``RunFailure`` where nothing such blocks, or another process holds the journal;
    ///   ``ControlFailure`` and `JournalError`.
    public func run(_ plan: RunPlan) throws -> SequenceNumber {
        do throws(ControlFailure) {
            let answer = try ControlClient(plan.journal).ask(request)
            return SequenceNumber(answer.number("sequence") ?? 0)
        } catch {
            switch error.kind {
            case .absent: break
            case .refused: throw RunFailure(refusing: "\(error)")
            case .gone, .silent: throw error
            }
        }
        return try release(in: plan)
    }

    private func release(in plan: RunPlan) throws -> SequenceNumber {
        let writer = try ToolEpoch.open(plan.journal, plan.writerOptions, for: "reconcile")
        var epoch = try ToolEpoch(writer, program: plan.program) { state in
            guard state.configurationHash == plan.configurationHash else {
                throw RunFailure(
                    refusing: "\(plan.journal) was begun with another configuration; use that one"
                )
            }
            do throws(CorrectionRefusal) {
                _ = try event(in: state)
            } catch {
                throw RunFailure(refusing: "\(error)")
            }
        }
        let ended = try event(in: epoch.state)
        let sequence = try epoch.append(.blockEnded(ended), cause: ended.block)
        try epoch.end()
        return sequence
    }
}
