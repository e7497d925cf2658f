import Journal
import Platform
import Testing
import Trading

@testable import Inspection

/// Makes a page of a journal and reads it strictly.
func page(
    _ journal: TradedJournal,
    _ words: String...,
    status: Int32 = 0
) throws -> (check: PageCheck, html: String) {
    let file = journal.root + "/report.html"
    let run = TradedJournal.tool(["--journal", journal.path, "report", file, "--force"] + words)
    #expect(run.status == status, "\(run.messages)\(run.output)")
    let html = String(decoding: try FileSystem.read(file), as: UTF8.self)
    let check = PageCheck(html)
    #expect(check.problems == [])
    return (check, html)
}

/// The text under a key of a JSON line, the last one of that name.
func text(_ key: String, in line: Substring) -> String? {
    line.split(separator: "\"\(key)\":\"").dropFirst().last.map { String($0.prefix { $0 != "\"" }) }
}

/// An epoch of events that a test makes up, behind those of a real run.
final class MadeEpoch {
    private let writer: JournalWriter
    private var time: Int64
    private(set) var sequence: UInt64
    private var report: UInt64

    init(_ journal: TradedJournal, epoch: UInt32 = 2) throws {
        (sequence, time) = try journal.end()
        writer = try journal.writer()
        report = UInt64(epoch) << 32
        try begin(epoch)
    }

    /// Begins an epoch, as after a stop that was not clean.
    func begin(_ epoch: UInt32) throws {
        try commit()
        try writer.beginEpoch(epoch)
        let began = EpochBegan(
            epoch: Epoch(epoch),
            draw: "abcd",
            previousStop: epoch == 2 ? .clean : .unclean,
            program: "made up",
            process: 1
        )
        try add(.epochBegan(began))
    }

    /// Adds an event a second after the one before.
    @discardableResult
    func add(_ event: Event) throws -> UInt64 {
        time += 1_000_000_000
        sequence = try writer.append(event, time: time)
        return sequence
    }

    func commit() throws { try writer.commit(at: time) }

    /// Lists an instrument that is traded in USDT.
    func list(_ symbol: String, as id: UInt16) throws {
        let listed = InstrumentListed(
            id: InstrumentID(id),
            symbol: symbol,
            market: .spot,
            base: symbol + "base",
            quote: "USDT",
            filters: InstrumentFilters(
                priceTick: Price(try Decimal("0.01")),
                quantityStep: Quantity(try Decimal("0.001")),
                minimumQuantity: .zero,
                maximumQuantity: Quantity(Decimal(1)),
                minimumNotional: .zero
            ),
            fees: FeeSchedule(maker: .zero, taker: .zero),
            margin: .unlevered
        )
        try add(.instrumentListed(listed))
    }

    /// Adds a whole deal of an instrument, bought and sold at two prices.
    ///
    /// - Parameters:
    ///   - instrument: The instrument's number.
    ///   - entry: The price bought at.
    ///   - exit: The price sold at.
    ///   - repeats: Whether the venue tells each fill twice.
    /// - Throws: What stood in the way.
    func addDeal(
        of instrument: UInt16,
        from entry: String,
        to exit: String,
        repeats: Bool = false
    ) throws {
        let evidence = Evidence(
            strategy: 1,
            score: try Decimal("0.9"),
            bid: Price(try Decimal(entry)),
            ask: Price(try Decimal(entry))
        )
        let id = InstrumentID(instrument)
        let opened = DealOpened(instrument: id, side: .buy, evidence: evidence)
        let deal = DealID(try add(.dealOpened(opened)))
        try fill(deal, id, .entry, at: entry, repeats: repeats)
        try add(.dealMoved(DealMoved(deal: deal, status: .open, reason: .entryFilled)))
        try fill(deal, id, .exit, at: exit, repeats: repeats)
        let profit = Money(try Decimal(exit) - Decimal(entry))
        try add(
            .dealClosed(DealClosed(deal: deal, reason: .signal, profit: profit, dust: .zero))
        )
    }

    private func fill(
        _ deal: DealID,
        _ instrument: InstrumentID,
        _ role: OrderRole,
        at price: String,
        repeats: Bool
    ) throws {
        let terms = OrderTerms(
            instrument: instrument,
            side: role == .entry ? .buy : .sell,
            type: .market,
            timeInForce: .immediateOrCancel,
            isReduceOnly: false,
            quantity: Quantity(Decimal(1)),
            price: .zero,
            trigger: .zero
        )
        let order = OrderID(
            try add(.orderIntended(OrderIntended(deal: deal, role: role, terms: terms)))
        )
        report += 1
        let execution = Execution(
            id: VenueID(UInt128(report)),
            price: Price(try Decimal(price)),
            quantity: Quantity(Decimal(1)),
            fee: .zero,
            feeAsset: AssetID(1),
            liquidity: .taker
        )
        let filled = OrderFilled(order: order, report: report, execution: execution)
        for _ in 0...(repeats ? 1 : 0) { try add(.orderFilled(filled)) }
    }

    /// Adds an order that a limit refused.
    func addRefusal(of instrument: UInt16 = 0) throws {
        let terms = OrderTerms(
            instrument: InstrumentID(instrument),
            side: .buy,
            type: .limit,
            timeInForce: .goodTillCancelled,
            isReduceOnly: false,
            quantity: Quantity(try Decimal("2.5")),
            price: Price(try Decimal("101.25")),
            trigger: .zero
        )
        let refused = OrderRefused(
            role: .entry,
            terms: terms,
            refusal: .exposureTooLarge,
            limit: try Decimal("2000.75"),
            actual: try Decimal("2253.875")
        )
        try add(.orderRefused(refused))
    }
}
