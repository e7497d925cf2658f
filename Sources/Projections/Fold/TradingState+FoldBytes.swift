public import Trading

extension TradingState {
    /// Folds an event of a frequent kind straight from its payload.
    ///
    /// Gives the state that decoding and ``fold(_:)`` give, without making an `Event` of it:
    /// replay spends most of its time here. Returns false, with nothing changed, for other kinds,
    /// older versions and payloads that make no sense: decoding those says what is wrong.
    ///
    /// - Throws: ``FoldFailure``; the state is then not to be used.
    public mutating func foldBytes(
        _ sequence: SequenceNumber,
        _ moment: Timestamp,
        kind: UInt16,
        version: UInt16,
        _ payload: Span<UInt8>
    ) throws(FoldFailure) -> Bool {
        guard let kind = EventKind(rawValue: kind) else { return false }
        var frame = Frame(sequence, moment, version, ByteReader(payload))
        do throws(Misfit) {
            return try apply(kind, &frame)
        } catch {
            throw FoldFailure(sequence: sequence, reason: error.reason)
        }
    }

    @inline(__always)
    private mutating func apply(
        _ kind: EventKind,
        _ frame: inout Frame
    ) throws(Misfit) -> Bool {
        switch kind {
        case .inputsMarked:
            let payload = InputsMarked(from: &frame.reader)
            guard try begin(payload, frame) else { return false }
            try mark(payload)
        case .orderFilled:
            let payload = OrderFilled(from: &frame.reader)
            guard try begin(payload, frame) else { return false }
            try fill(payload)
        case .orderIntended:
            let payload = OrderIntended(from: &frame.reader)
            guard try begin(payload, frame) else { return false }
            try intend(payload)
        case .orderAccepted:
            let payload = OrderAccepted(from: &frame.reader)
            guard try begin(payload, frame) else { return false }
            try accept(payload)
        case .amendIntended:
            let payload = AmendIntended(from: &frame.reader)
            guard try begin(payload, frame) else { return false }
            try intendAmend(payload)
        case .orderAmended:
            let payload = OrderAmended(from: &frame.reader)
            guard try begin(payload, frame) else { return false }
            try amend(payload)
        case .cancelIntended:
            let payload = CancelIntended(from: &frame.reader)
            guard try begin(payload, frame) else { return false }
            try intendCancel(payload)
        case .orderCancelled:
            let payload = OrderCancelled(from: &frame.reader)
            guard try begin(payload, frame) else { return false }
            try end(payload.order, as: .cancelled, report: payload.report)
        case .orderTriggered:
            let payload = OrderTriggered(from: &frame.reader)
            guard try begin(payload, frame) else { return false }
            try trigger(payload)
        default: return try applyDeal(kind, &frame)
        }
        return true
    }

    @inline(__always)
    private mutating func applyDeal(
        _ kind: EventKind,
        _ frame: inout Frame
    ) throws(Misfit) -> Bool {
        switch kind {
        case .peakMoved:
            let payload = PeakMoved(from: &frame.reader)
            guard try begin(payload, frame) else { return false }
            try movePeak(payload)
        case .dealOpened:
            let payload = DealOpened(from: &frame.reader)
            guard try begin(payload, frame) else { return false }
            try open(payload)
        case .dealMoved:
            let payload = DealMoved(from: &frame.reader)
            guard try begin(payload, frame) else { return false }
            try move(payload)
        case .dealClosed:
            let payload = DealClosed(from: &frame.reader)
            guard try begin(payload, frame) else { return false }
            try close(payload)
        default: return false
        }
        return true
    }

    /// Goes on to the event at hand, if its payload is whole and of the version that is written.
    @inline(__always)
    private mutating func begin<Payload: EventPayload>(
        _ payload: Payload,
        _ frame: borrowing Frame
    ) throws(Misfit) -> Bool {
        guard !frame.reader.isDamaged, frame.reader.remaining == 0,
            frame.version == Payload.version
        else { return false }
        try advance(to: frame.sequence, at: frame.moment)
        return true
    }
}

/// An event as it lies in a journal.
private struct Frame: ~Escapable {
    let sequence: SequenceNumber
    let moment: Timestamp
    let version: UInt16
    var reader: ByteReader

    @inline(__always)
    @_lifetime(copy reader)
    init(
        _ sequence: SequenceNumber,
        _ moment: Timestamp,
        _ version: UInt16,
        _ reader: ByteReader
    ) {
        self.sequence = sequence
        self.moment = moment
        self.version = version
        self.reader = reader
    }
}
