public import Trading

extension TradingState {
    /// The version of the canonical bytes; others than these are not read, and replay begins
    /// earlier.
    ///
    /// A state that was compared with a venue is 4, else one with blocks 3, else one with scans 2;
    /// one without any is written as before there were any, so that the hashes of older journals
    /// stay what they are.
    var canonicalVersion: UInt16 {
        if comparedUntil != .never { return 4 }
        return !blocks.isEmpty ? 3 : scans.isEmpty ? 1 : 2
    }

    /// Writes the whole state in one way only: what the state hash is taken of, and what a
    /// snapshot holds.
    public func encode(into writer: inout ByteWriter) {
        writer.integer(canonicalVersion)
        writer.identifier(head)
        writer.timestamp(time)
        writer.text(tag)
        writer.choice(mode)
        writer.list(epochs) { writer, record in
            writer.identifier(record.epoch)
            writer.text(record.draw)
        }
        writer.bool(isStoppedCleanly)
        writer.choice(status)
        writer.text(statusReason)
        writer.text(configurationHash)
        writer.list(sources) { writer, source in
            writer.choice(source.kind)
            writer.text(source.name)
            writer.text(source.contentHash)
            writer.timestamp(source.firstTime)
            writer.integer(source.line)
            writer.timestamp(source.time)
        }
        writer.integer(inputs)
        writer.integer(lastReport)
        writer.list(assets) { writer, asset in
            writer.text(asset.name)
            writer.amount(asset.balance)
        }
        writer.list(instruments) { writer, held in held.encode(into: &writer) }
        writer.list(Array(deals.ordered)) { writer, deal in deal.encode(into: &writer) }
        writer.list(Array(orders.ordered)) { writer, order in order.encode(into: &writer) }
        writer.list(closedOrders.ordered) { writer, closed in
            closed.order.encode(into: &writer)
            writer.timestamp(closed.at)
        }
        risk.encode(into: &writer)
        metrics.encode(into: &writer)
        encodeHistories(into: &writer)
        outcome.encode(into: &writer)
        guard canonicalVersion >= 2 else { return }
        writer.list(scans) { writer, scan in scan.encode(into: &writer) }
        guard canonicalVersion >= 3 else { return }
        writer.list(blocks) { writer, block in block.encode(into: &writer) }
        guard canonicalVersion >= 4 else { return }
        writer.timestamp(comparedUntil)
    }

    private func encodeHistories(into writer: inout ByteWriter) {
        writer.list(errors.ordered) { writer, entry in
            writer.identifier(entry.sequence)
            writer.timestamp(entry.time)
            writer.choice(entry.severity)
            writer.text(entry.text)
        }
        writer.list(signals.ordered) { writer, signal in
            writer.text(signal.id)
            writer.text(signal.symbol)
            writer.timestamp(signal.time)
            writer.timestamp(signal.seenAt)
            writer.choice(signal.verdict)
        }
        writer.list(requestTimes.ordered) { writer, time in writer.timestamp(time) }
        writer.list(executions.ordered) { writer, execution in
            writer.venueID(execution.id)
            writer.timestamp(execution.at)
        }
    }

    /// Reads a state; `nil` where the bytes are damaged, of another version, or of no state that
    /// events could have made.
    public init?(canonical bytes: Span<UInt8>) {
        var reader = ByteReader(bytes)
        let version = reader.uint16()
        guard (1...4).contains(version) else { return nil }
        self.init()
        head = reader.identifier()
        time = reader.timestamp()
        tag = reader.text()
        mode = reader.choice(.tape)
        for _ in 0..<reader.count() {
            epochs.append(EpochRecord(epoch: reader.identifier(), draw: reader.text()))
        }
        isStoppedCleanly = reader.bool()
        status = reader.choice(.paused)
        statusReason = reader.text()
        configurationHash = reader.text()
        for _ in 0..<reader.count() { sources.append(SourceState(from: &reader)) }
        inputs = reader.uint64()
        lastReport = reader.uint64()
        for _ in 0..<reader.count() {
            assets.append(AssetState(name: reader.text(), balance: reader.amount()))
        }
        for _ in 0..<reader.count() { instruments.append(InstrumentState(from: &reader)) }
        for _ in 0..<reader.count() {
            let deal = Deal(from: &reader)
            guard deals.last.map({ $0 < deal.id }) ?? true else { return nil }
            deals.insert(deal, under: deal.id)
        }
        for _ in 0..<reader.count() {
            let order = Order(from: &reader)
            guard orders.last.map({ $0 < order.id }) ?? true else { return nil }
            orders.insert(order, under: order.id)
        }
        for _ in 0..<reader.count() {
            closedOrders.append(ClosedOrder(order: Order(from: &reader), at: reader.timestamp()))
        }
        risk = RiskParameters(from: &reader)
        metrics = PerformanceMetrics(from: &reader)
        decodeHistories(from: &reader)
        outcome = OutcomeChain(from: &reader)
        if version >= 2 {
            for _ in 0..<reader.count() { scans.append(Scan(from: &reader)) }
        }
        if version >= 3 {
            for _ in 0..<reader.count() { blocks.append(RiskBlock(from: &reader)) }
        }
        if version >= 4 { comparedUntil = reader.timestamp() }
        guard canonicalVersion == version, !reader.isDamaged, reader.remaining == 0, isSound
        else { return nil }
    }

    private mutating func decodeHistories(from reader: inout ByteReader) {
        for _ in 0..<reader.count() {
            errors.append(
                ErrorEntry(
                    sequence: reader.identifier(),
                    time: reader.timestamp(),
                    severity: reader.choice(.error),
                    text: reader.text()
                )
            )
        }
        for _ in 0..<reader.count() {
            signals.append(
                SeenSignal(
                    id: reader.text(),
                    symbol: reader.text(),
                    time: reader.timestamp(),
                    seenAt: reader.timestamp(),
                    verdict: reader.choice(.accepted)
                )
            )
        }
        for _ in 0..<reader.count() { requestTimes.append(reader.timestamp()) }
        for _ in 0..<reader.count() {
            let execution = SeenExecution(id: reader.venueID(), at: reader.timestamp())
            executions.append(execution)
            _ = executionIDs.insert(execution.id)
        }
    }
}

extension ByteWriter {
    /// Writes a count of four bytes, then the elements.
    mutating func list<Element>(
        _ elements: some Collection<Element>,
        _ write: (inout ByteWriter, Element) -> Void
    ) {
        integer(UInt32(elements.count))
        for element in elements { write(&self, element) }
    }
}

extension ByteReader {
    /// Reads a count; one that the rest cannot hold is damage and gives zero.
    mutating func count() -> UInt32 {
        let count = uint32()
        guard Int(count) <= remaining else {
            markDamaged()
            return 0
        }
        return count
    }
}

extension SourceState {
    init(from reader: inout ByteReader) {
        self.init(
            kind: reader.choice(.tape),
            name: reader.text(),
            contentHash: reader.text(),
            firstTime: reader.timestamp(),
            line: reader.uint64(),
            time: reader.timestamp()
        )
    }
}

extension InstrumentState {
    func encode(into writer: inout ByteWriter) {
        writer.identifier(instrument.id)
        writer.text(instrument.symbol)
        writer.choice(instrument.market)
        writer.identifier(instrument.base)
        writer.identifier(instrument.quote)
        writer.amount(instrument.filters.priceTick)
        writer.amount(instrument.filters.quantityStep)
        writer.amount(instrument.filters.minimumQuantity)
        writer.amount(instrument.filters.maximumQuantity)
        writer.amount(instrument.filters.minimumNotional)
        writer.decimal(instrument.fees.maker)
        writer.decimal(instrument.fees.taker)
        writer.decimal(instrument.margin.leverage)
        writer.decimal(instrument.margin.maintenanceRate)
        position.encode(into: &writer)
        writer.identifier(deal)
        writer.timestamp(quietSince)
        writer.timestamp(refusedAt)
    }

    init(from reader: inout ByteReader) {
        instrument = Instrument(
            id: reader.identifier(),
            symbol: reader.text(),
            market: reader.choice(.spot),
            base: reader.identifier(),
            quote: reader.identifier(),
            filters: InstrumentFilters(
                priceTick: reader.amount(),
                quantityStep: reader.amount(),
                minimumQuantity: reader.amount(),
                maximumQuantity: reader.amount(),
                minimumNotional: reader.amount()
            ),
            fees: FeeSchedule(maker: reader.decimal(), taker: reader.decimal()),
            margin: MarginTerms(leverage: reader.decimal(), maintenanceRate: reader.decimal())
        )
        position = Position(from: &reader)
        deal = reader.identifier()
        quietSince = reader.timestamp()
        refusedAt = reader.timestamp()
        nameWord = OutcomeChain.word(of: instrument.name)
    }
}
