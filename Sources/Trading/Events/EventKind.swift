/// The catalogue of events.
///
/// Numbers are for ever; a kind that is no longer written keeps its own.
public enum EventKind: UInt16, Sendable, CaseIterable {
    case journalBegan = 1
    case epochBegan = 2
    case epochEnded = 3
    case recoveryStepped = 4
    case sourceAttached = 5
    case inputsMarked = 6
    case stateHashed = 7
    case botStatusChanged = 8
    case errorRecorded = 9
    case marketFaulted = 10
    case configurationApplied = 11
    case commitsTimed = 12
    case checkpointSigned = 13
    case segmentsRemoved = 14
    case journalRestored = 15
    case scanCheckpointed = 16

    case instrumentListed = 20
    case riskParametersChanged = 21
    case balanceAdjusted = 22
    case correctionMade = 23
    case accountSetting = 24
    case riskBlocked = 25
    case blockEnded = 26
    case accountEntryBooked = 27
    case comparisonCompleted = 28

    case signalReceived = 30

    case dealOpened = 40
    case dealMoved = 41
    case peakMoved = 42
    case dealClosed = 43

    case orderIntended = 60
    case orderRefused = 61
    case orderAccepted = 62
    case orderRejected = 63
    case orderFilled = 64
    case cancelIntended = 65
    case orderCancelled = 66
    case cancelRejected = 67
    case amendIntended = 68
    case orderAmended = 69
    case amendRejected = 70
    case orderTriggered = 71
    case orderExpired = 72
    case outcomeUnknown = 73
    case outcomeResolved = 74
    case reportSetAside = 75

    case fundingSettled = 100
    case positionLiquidated = 101

    /// The word used in output and in `--kind`.
    public var name: String { "\(self)" }
}
