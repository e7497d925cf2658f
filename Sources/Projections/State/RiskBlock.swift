public import Trading

/// A block of new risk by a case of reconciliation, or what is left of one that was released.
public struct RiskBlock: Hashable, Sendable {
    /// The event that began it, or told its newest figures.
    public var id: SequenceNumber
    /// The id of the case in the catalogue.
    public var caseID: String
    /// Where nothing new is risked.
    public var scope: BlockScope
    /// What the case is about.
    public var subject: String
    /// What both sides say, with figures.
    public var seen: String
    /// When these figures began to block.
    public var since: Timestamp
    /// Who released it; empty while it holds.
    public var releasedBy: String
    /// Why it was released.
    public var releaseReason: String

    /// Whether it holds.
    public var holds: Bool { releasedBy.isEmpty }

    /// Its event's number, as a refusal names it.
    public var figure: Decimal { Decimal(Int(clamping: id.rawValue)) }

    /// Whether it is about the same as a case, whatever the figures.
    public func isAbout(_ payload: RiskBlocked) -> Bool {
        caseID == payload.caseID && scope == payload.scope && subject == payload.subject
    }
}

extension RiskBlock {
    func encode(into writer: inout ByteWriter) {
        writer.identifier(id)
        writer.text(caseID)
        writer.choice(scope.reach)
        writer.text(scope.name)
        writer.text(subject)
        writer.text(seen)
        writer.timestamp(since)
        writer.text(releasedBy)
        writer.text(releaseReason)
    }

    init(from reader: inout ByteReader) {
        self.init(
            id: reader.identifier(),
            caseID: reader.text(),
            scope: BlockScope(reader.choice(.instrument), reader.text()),
            subject: reader.text(),
            seen: reader.text(),
            since: reader.timestamp(),
            releasedBy: reader.text(),
            releaseReason: reader.text()
        )
    }
}

extension TradingState {
    /// How many blocks are kept, those that were released included; who finds more cases blocks
    /// the market as a whole.
    public static let blockCapacity = 128

    /// The first block that holds for an instrument; `nil` where its risk is free.
    ///
    /// An asset blocks what is paid or earned in it: both sides of a spot market, and the quote
    /// asset of a contract.
    public func block(on instrument: Instrument) -> RiskBlock? {
        blocks.first { $0.holds && covers($0.scope, instrument) }
    }

    private func covers(_ scope: BlockScope, _ instrument: Instrument) -> Bool {
        switch scope.reach {
        case .instrument: instrument.name == scope.name
        case .market: instrument.market.name == scope.name
        case .asset:
            assets[Int(instrument.quote.rawValue)].name == scope.name
                || (instrument.market == .spot
                    && assets[Int(instrument.base.rawValue)].name == scope.name)
        }
    }

    /// The open case that an entry was refused for; `nil` where it was for something else.
    public func openCase(of refused: OrderRefused) -> RiskBlock? {
        guard refused.refusal == .openCase else { return nil }
        return blocks.first { $0.figure == refused.actual }
    }

    /// The block that an operator means.
    ///
    /// - Parameters:
    ///   - caseID: The id of the case.
    ///   - subject: A part of what the case is about, or of the scope's name; `nil` for any.
    /// - Returns: The one that holds and fits.
    /// - Throws: `CorrectionRefusal` where none does, or several do.
    public func blockToRelease(
        _ caseID: String,
        _ subject: String?
    ) throws(CorrectionRefusal) -> RiskBlock {
        let found = blocks.filter { block in
            block.holds && block.caseID == caseID
                && (subject.map { "\(block.scope.name), \(block.subject)".contains($0) } ?? true)
        }
        guard let block = found.first else {
            let about = subject.map { " about \($0)" } ?? ""
            throw CorrectionRefusal("no case \(caseID)\(about) blocks anything")
        }
        guard found.count == 1 else {
            let names = found.map { "\($0.scope.name), \($0.subject)" }.joined(separator: "; ")
            throw CorrectionRefusal("\(found.count) cases \(caseID) block something: \(names)")
        }
        return block
    }

    mutating func block(_ payload: RiskBlocked) throws(Misfit) {
        guard !payload.caseID.isEmpty, isKnown(payload.scope) else {
            throw Misfit("there is no \(payload.scope.reach.name) \(payload.scope.name)")
        }
        blocks.removeAll { $0.isAbout(payload) }
        guard blocks.count < Self.blockCapacity else { throw Misfit("there are too many blocks") }
        blocks.append(
            RiskBlock(
                id: head,
                caseID: payload.caseID,
                scope: payload.scope,
                subject: payload.subject,
                seen: payload.seen,
                since: time,
                releasedBy: "",
                releaseReason: ""
            )
        )
    }

    private func isKnown(_ scope: BlockScope) -> Bool {
        switch scope.reach {
        case .instrument: instruments.contains { $0.instrument.name == scope.name }
        case .market: Market.allCases.contains { $0.name == scope.name }
        case .asset: !scope.name.isEmpty
        }
    }

    mutating func endBlock(_ payload: BlockEnded) throws(Misfit) {
        guard let place = blocks.firstIndex(where: { $0.id == payload.block }) else {
            throw Misfit("event \(payload.block) blocks nothing")
        }
        switch payload.end {
        case .notFound: blocks.remove(at: place)
        case .released:
            guard blocks[place].holds, !payload.by.isEmpty else {
                throw Misfit("a block is released once, by somebody")
            }
            blocks[place].releasedBy = payload.by
            blocks[place].releaseReason = payload.reason
        }
    }

    /// Whether events could have left these blocks.
    var areSoundBlocks: Bool {
        blocks.count <= Self.blockCapacity
            && zip(blocks, blocks.dropFirst()).allSatisfy { $0.id < $1.id }
            && blocks.allSatisfy { block in
                block.id.rawValue > 0 && block.id.rawValue <= head.rawValue
                    && !block.caseID.isEmpty && isKnown(block.scope)
                    && block.since >= .never && block.since <= time
            }
    }
}
