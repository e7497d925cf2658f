/// What one kind of event carries.
public protocol EventPayload: Hashable, Sendable {
    /// The kind it belongs to.
    static var kind: EventKind { get }
    /// The version of its layout that this program writes; older ones pass through upcasters.
    static var version: UInt16 { get }
    /// Writes the payload in the layout of ``version``.
    func encode(into writer: inout ByteWriter)
    /// Reads a payload of ``version``; the reader says whether it was damaged.
    init(from reader: inout ByteReader)
}

extension EventPayload {
    /// The first layout.
    public static var version: UInt16 { 1 }
}

/// Something that happened: durable once its batch is committed, and never edited.
public enum Event: Hashable, Sendable {
    case journalBegan(JournalBegan)
    case epochBegan(EpochBegan)
    case epochEnded(EpochEnded)
    case recoveryStepped(RecoveryStepped)
    case sourceAttached(SourceAttached)
    case inputsMarked(InputsMarked)
    case stateHashed(StateHashed)
    case botStatusChanged(BotStatusChanged)
    case errorRecorded(ErrorRecorded)
    case marketFaulted(MarketFaulted)
    case configurationApplied(ConfigurationApplied)
    case commitsTimed(CommitsTimed)
    case checkpointSigned(CheckpointSigned)
    case segmentsRemoved(SegmentsRemoved)
    case journalRestored(JournalRestored)
    case scanCheckpointed(ScanCheckpointed)
    case instrumentListed(InstrumentListed)
    case riskParametersChanged(RiskParametersChanged)
    case balanceAdjusted(BalanceAdjusted)
    case correctionMade(CorrectionMade)
    case accountSetting(AccountSetting)
    case riskBlocked(RiskBlocked)
    case blockEnded(BlockEnded)
    case accountEntryBooked(AccountEntryBooked)
    case comparisonCompleted(ComparisonCompleted)
    case signalReceived(SignalReceived)
    case dealOpened(DealOpened)
    case dealMoved(DealMoved)
    case peakMoved(PeakMoved)
    case dealClosed(DealClosed)
    case orderIntended(OrderIntended)
    case orderRefused(OrderRefused)
    case orderAccepted(OrderAccepted)
    case orderRejected(OrderRejected)
    case orderFilled(OrderFilled)
    case cancelIntended(CancelIntended)
    case orderCancelled(OrderCancelled)
    case cancelRejected(CancelRejected)
    case amendIntended(AmendIntended)
    case orderAmended(OrderAmended)
    case amendRejected(AmendRejected)
    case orderTriggered(OrderTriggered)
    case orderExpired(OrderExpired)
    case outcomeUnknown(OutcomeUnknown)
    case outcomeResolved(OutcomeResolved)
    case reportSetAside(ReportSetAside)
    case fundingSettled(FundingSettled)
    case positionLiquidated(PositionLiquidated)

    /// The kind of the event.
    public var kind: EventKind { payload.kind }

    /// The version of the payload's layout.
    public var version: UInt16 { payload.version }

    /// Writes the payload.
    public func encode(into writer: inout ByteWriter) {
        switch self {
        case .journalBegan(let payload): payload.encode(into: &writer)
        case .epochBegan(let payload): payload.encode(into: &writer)
        case .epochEnded(let payload): payload.encode(into: &writer)
        case .recoveryStepped(let payload): payload.encode(into: &writer)
        case .sourceAttached(let payload): payload.encode(into: &writer)
        case .inputsMarked(let payload): payload.encode(into: &writer)
        case .stateHashed(let payload): payload.encode(into: &writer)
        case .botStatusChanged(let payload): payload.encode(into: &writer)
        case .errorRecorded(let payload): payload.encode(into: &writer)
        case .marketFaulted(let payload): payload.encode(into: &writer)
        case .configurationApplied(let payload): payload.encode(into: &writer)
        case .commitsTimed(let payload): payload.encode(into: &writer)
        case .checkpointSigned(let payload): payload.encode(into: &writer)
        case .segmentsRemoved(let payload): payload.encode(into: &writer)
        case .journalRestored(let payload): payload.encode(into: &writer)
        case .scanCheckpointed(let payload): payload.encode(into: &writer)
        case .instrumentListed(let payload): payload.encode(into: &writer)
        case .riskParametersChanged(let payload): payload.encode(into: &writer)
        case .balanceAdjusted(let payload): payload.encode(into: &writer)
        case .correctionMade(let payload): payload.encode(into: &writer)
        case .accountSetting(let payload): payload.encode(into: &writer)
        case .riskBlocked(let payload): payload.encode(into: &writer)
        case .blockEnded(let payload): payload.encode(into: &writer)
        case .accountEntryBooked(let payload): payload.encode(into: &writer)
        case .comparisonCompleted(let payload): payload.encode(into: &writer)
        case .signalReceived(let payload): payload.encode(into: &writer)
        case .dealOpened(let payload): payload.encode(into: &writer)
        case .dealMoved(let payload): payload.encode(into: &writer)
        case .peakMoved(let payload): payload.encode(into: &writer)
        case .dealClosed(let payload): payload.encode(into: &writer)
        case .orderIntended(let payload): payload.encode(into: &writer)
        case .orderRefused(let payload): payload.encode(into: &writer)
        case .orderAccepted(let payload): payload.encode(into: &writer)
        case .orderRejected(let payload): payload.encode(into: &writer)
        case .orderFilled(let payload): payload.encode(into: &writer)
        case .cancelIntended(let payload): payload.encode(into: &writer)
        case .orderCancelled(let payload): payload.encode(into: &writer)
        case .cancelRejected(let payload): payload.encode(into: &writer)
        case .amendIntended(let payload): payload.encode(into: &writer)
        case .orderAmended(let payload): payload.encode(into: &writer)
        case .amendRejected(let payload): payload.encode(into: &writer)
        case .orderTriggered(let payload): payload.encode(into: &writer)
        case .orderExpired(let payload): payload.encode(into: &writer)
        case .outcomeUnknown(let payload): payload.encode(into: &writer)
        case .outcomeResolved(let payload): payload.encode(into: &writer)
        case .reportSetAside(let payload): payload.encode(into: &writer)
        case .fundingSettled(let payload): payload.encode(into: &writer)
        case .positionLiquidated(let payload): payload.encode(into: &writer)
        }
    }

    private var payload: any EventPayload.Type {
        switch self {
        case .journalBegan: JournalBegan.self
        case .epochBegan: EpochBegan.self
        case .epochEnded: EpochEnded.self
        case .recoveryStepped: RecoveryStepped.self
        case .sourceAttached: SourceAttached.self
        case .inputsMarked: InputsMarked.self
        case .stateHashed: StateHashed.self
        case .botStatusChanged: BotStatusChanged.self
        case .errorRecorded: ErrorRecorded.self
        case .marketFaulted: MarketFaulted.self
        case .configurationApplied: ConfigurationApplied.self
        case .commitsTimed: CommitsTimed.self
        case .checkpointSigned: CheckpointSigned.self
        case .segmentsRemoved: SegmentsRemoved.self
        case .journalRestored: JournalRestored.self
        case .scanCheckpointed: ScanCheckpointed.self
        case .instrumentListed: InstrumentListed.self
        case .riskParametersChanged: RiskParametersChanged.self
        case .balanceAdjusted: BalanceAdjusted.self
        case .correctionMade: CorrectionMade.self
        case .accountSetting: AccountSetting.self
        case .riskBlocked: RiskBlocked.self
        case .blockEnded: BlockEnded.self
        case .accountEntryBooked: AccountEntryBooked.self
        case .comparisonCompleted: ComparisonCompleted.self
        case .signalReceived: SignalReceived.self
        case .dealOpened: DealOpened.self
        case .dealMoved: DealMoved.self
        case .peakMoved: PeakMoved.self
        case .dealClosed: DealClosed.self
        case .orderIntended: OrderIntended.self
        case .orderRefused: OrderRefused.self
        case .orderAccepted: OrderAccepted.self
        case .orderRejected: OrderRejected.self
        case .orderFilled: OrderFilled.self
        case .cancelIntended: CancelIntended.self
        case .orderCancelled: OrderCancelled.self
        case .cancelRejected: CancelRejected.self
        case .amendIntended: AmendIntended.self
        case .orderAmended: OrderAmended.self
        case .amendRejected: AmendRejected.self
        case .orderTriggered: OrderTriggered.self
        case .orderExpired: OrderExpired.self
        case .outcomeUnknown: OutcomeUnknown.self
        case .outcomeResolved: OutcomeResolved.self
        case .reportSetAside: ReportSetAside.self
        case .fundingSettled: FundingSettled.self
        case .positionLiquidated: PositionLiquidated.self
        }
    }

    /// Reads a payload of the newest version of `kind`.
    @inline(__always)
    init(_ kind: EventKind, from reader: inout ByteReader) {
        switch kind {
        case .journalBegan: self = .journalBegan(JournalBegan(from: &reader))
        case .epochBegan: self = .epochBegan(EpochBegan(from: &reader))
        case .epochEnded: self = .epochEnded(EpochEnded(from: &reader))
        case .recoveryStepped: self = .recoveryStepped(RecoveryStepped(from: &reader))
        case .sourceAttached: self = .sourceAttached(SourceAttached(from: &reader))
        case .inputsMarked: self = .inputsMarked(InputsMarked(from: &reader))
        case .stateHashed: self = .stateHashed(StateHashed(from: &reader))
        case .botStatusChanged: self = .botStatusChanged(BotStatusChanged(from: &reader))
        case .errorRecorded: self = .errorRecorded(ErrorRecorded(from: &reader))
        case .marketFaulted: self = .marketFaulted(MarketFaulted(from: &reader))
        case .configurationApplied:
            self = .configurationApplied(ConfigurationApplied(from: &reader))
        case .commitsTimed: self = .commitsTimed(CommitsTimed(from: &reader))
        case .checkpointSigned: self = .checkpointSigned(CheckpointSigned(from: &reader))
        case .segmentsRemoved: self = .segmentsRemoved(SegmentsRemoved(from: &reader))
        case .journalRestored: self = .journalRestored(JournalRestored(from: &reader))
        case .scanCheckpointed: self = .scanCheckpointed(ScanCheckpointed(from: &reader))
        case .instrumentListed: self = .instrumentListed(InstrumentListed(from: &reader))
        case .riskParametersChanged:
            self = .riskParametersChanged(RiskParametersChanged(from: &reader))
        case .balanceAdjusted: self = .balanceAdjusted(BalanceAdjusted(from: &reader))
        case .correctionMade: self = .correctionMade(CorrectionMade(from: &reader))
        case .accountSetting: self = .accountSetting(AccountSetting(from: &reader))
        case .riskBlocked: self = .riskBlocked(RiskBlocked(from: &reader))
        case .blockEnded: self = .blockEnded(BlockEnded(from: &reader))
        case .accountEntryBooked: self = .accountEntryBooked(AccountEntryBooked(from: &reader))
        case .comparisonCompleted:
            self = .comparisonCompleted(ComparisonCompleted(from: &reader))
        case .signalReceived: self = .signalReceived(SignalReceived(from: &reader))
        case .dealOpened: self = .dealOpened(DealOpened(from: &reader))
        case .dealMoved: self = .dealMoved(DealMoved(from: &reader))
        case .peakMoved: self = .peakMoved(PeakMoved(from: &reader))
        case .dealClosed: self = .dealClosed(DealClosed(from: &reader))
        case .orderIntended: self = .orderIntended(OrderIntended(from: &reader))
        case .orderRefused: self = .orderRefused(OrderRefused(from: &reader))
        case .orderAccepted: self = .orderAccepted(OrderAccepted(from: &reader))
        case .orderRejected: self = .orderRejected(OrderRejected(from: &reader))
        case .orderFilled: self = .orderFilled(OrderFilled(from: &reader))
        case .cancelIntended: self = .cancelIntended(CancelIntended(from: &reader))
        case .orderCancelled: self = .orderCancelled(OrderCancelled(from: &reader))
        case .cancelRejected: self = .cancelRejected(CancelRejected(from: &reader))
        case .amendIntended: self = .amendIntended(AmendIntended(from: &reader))
        case .orderAmended: self = .orderAmended(OrderAmended(from: &reader))
        case .amendRejected: self = .amendRejected(AmendRejected(from: &reader))
        case .orderTriggered: self = .orderTriggered(OrderTriggered(from: &reader))
        case .orderExpired: self = .orderExpired(OrderExpired(from: &reader))
        case .outcomeUnknown: self = .outcomeUnknown(OutcomeUnknown(from: &reader))
        case .outcomeResolved: self = .outcomeResolved(OutcomeResolved(from: &reader))
        case .reportSetAside: self = .reportSetAside(ReportSetAside(from: &reader))
        case .fundingSettled: self = .fundingSettled(FundingSettled(from: &reader))
        case .positionLiquidated: self = .positionLiquidated(PositionLiquidated(from: &reader))
        }
    }

    /// The version of the payload of `kind` that this program writes.
    static func version(of kind: EventKind) -> UInt16 {
        switch kind {
        case .journalBegan: JournalBegan.version
        case .epochBegan: EpochBegan.version
        case .epochEnded: EpochEnded.version
        case .recoveryStepped: RecoveryStepped.version
        case .sourceAttached: SourceAttached.version
        case .inputsMarked: InputsMarked.version
        case .stateHashed: StateHashed.version
        case .botStatusChanged: BotStatusChanged.version
        case .errorRecorded: ErrorRecorded.version
        case .marketFaulted: MarketFaulted.version
        case .configurationApplied: ConfigurationApplied.version
        case .commitsTimed: CommitsTimed.version
        case .checkpointSigned: CheckpointSigned.version
        case .segmentsRemoved: SegmentsRemoved.version
        case .journalRestored: JournalRestored.version
        case .scanCheckpointed: ScanCheckpointed.version
        case .instrumentListed: InstrumentListed.version
        case .riskParametersChanged: RiskParametersChanged.version
        case .balanceAdjusted: BalanceAdjusted.version
        case .correctionMade: CorrectionMade.version
        case .accountSetting: AccountSetting.version
        case .riskBlocked: RiskBlocked.version
        case .blockEnded: BlockEnded.version
        case .accountEntryBooked: AccountEntryBooked.version
        case .comparisonCompleted: ComparisonCompleted.version
        case .signalReceived: SignalReceived.version
        case .dealOpened: DealOpened.version
        case .dealMoved: DealMoved.version
        case .peakMoved: PeakMoved.version
        case .dealClosed: DealClosed.version
        case .orderIntended: OrderIntended.version
        case .orderRefused: OrderRefused.version
        case .orderAccepted: OrderAccepted.version
        case .orderRejected: OrderRejected.version
        case .orderFilled: OrderFilled.version
        case .cancelIntended: CancelIntended.version
        case .orderCancelled: OrderCancelled.version
        case .cancelRejected: CancelRejected.version
        case .amendIntended: AmendIntended.version
        case .orderAmended: OrderAmended.version
        case .amendRejected: AmendRejected.version
        case .orderTriggered: OrderTriggered.version
        case .orderExpired: OrderExpired.version
        case .outcomeUnknown: OutcomeUnknown.version
        case .outcomeResolved: OutcomeResolved.version
        case .reportSetAside: ReportSetAside.version
        case .fundingSettled: FundingSettled.version
        case .positionLiquidated: PositionLiquidated.version
        }
    }
}
