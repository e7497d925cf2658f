import TestSupport
import Testing
import Trading

@testable import Runtime

/// A side journal of an exit of two that was filled.
enum SideSample {
    static let beginning = SideBeginning(
        journal: String(repeating: "0a", count: 16),
        tag: "tagg",
        draw: "draw",
        start: 1_764_261_234,
        head: 12,
        program: "holdfast rescue"
    )
    static var name: String { "\(beginning.orderID(1))" }

    static func event(_ event: Event, order: String? = nil) -> SideEvent {
        var feeAsset = ""
        if case .orderFilled = event { feeAsset = "USDT" }
        return SideEvent(
            time: Timestamp(nanoseconds: 1_764_261_235_000_000_000),
            event: event,
            order: order ?? name,
            feeAsset: feeAsset,
            words: "what \"it\" is, é"
        )
    }

    static func intent(_ size: String = "2", deal: UInt64 = 7) -> Event {
        .orderIntended(
            OrderIntended(
                deal: DealID(deal),
                role: .exit,
                terms: OrderTerms(
                    instrument: InstrumentID(0),
                    side: .sell,
                    type: .market,
                    timeInForce: .immediateOrCancel,
                    isReduceOnly: true,
                    quantity: quantity(size)
                )
            )
        )
    }

    static func fill(_ size: String = "2", id: UInt128 = 900, at level: String = "100") -> Event {
        .orderFilled(
            OrderFilled(
                order: OrderID(0),
                report: 0,
                execution: Execution(
                    id: VenueID(id),
                    price: price(level),
                    quantity: quantity(size),
                    fee: .zero,
                    feeAsset: AssetID(0),
                    liquidity: .taker
                )
            )
        )
    }

    static func journal(_ events: [SideEvent]) -> SideJournal {
        var journal = SideJournal(beginning, at: Timestamp(nanoseconds: 1_764_261_234_000_000_001))
        for event in events { _ = journal.add(event) }
        return journal
    }

    static var exit: SideJournal {
        let accepted = OrderAccepted(order: OrderID(0), report: 0, venueOrder: VenueID(77))
        return journal([event(intent()), event(.orderAccepted(accepted)), event(fill())])
    }
}

@Suite struct `A side journal` {
    @Test func `is read as it was written`() throws {
        let journal = SideSample.exit
        let read = try SideJournal(Array(journal.text.utf8))
        #expect(read == journal)
        #expect(read.text == journal.text)
        #expect(!read.isTorn && read.events.count == 3)
    }

    @Test func `that a kill cut off holds every whole line`() throws {
        let journal = SideSample.exit
        let bytes = Array(journal.text.utf8)
        let first = journal.firstLine.utf8.count
        for length in bytes.indices {
            let cut = Array(bytes[..<length])
            guard length > first else {
                #expect(throws: SideFault.self, "\(length)") { try SideJournal(cut) }
                continue
            }
            let read = try SideJournal(cut)
            let lines = cut.count { $0 == 0x0A }
            #expect(read.events == Array(journal.events.prefix(lines - 1)), "\(length)")
            #expect(read.isTorn == (cut.last != 0x0A), "\(length)")
        }
    }

    @Test func `with another byte anywhere is refused, or cut off before it`() {
        let journal = SideSample.exit
        let bytes = Array(journal.text.utf8)
        for place in bytes.indices {
            for bit in [0, 3, 6] {
                var changed = bytes
                changed[place] ^= 1 << bit
                do throws(SideFault) {
                    let read = try SideJournal(changed)
                    let isPrefix = journal.events.starts(with: read.events)
                    #expect(isPrefix && read.isTorn, "byte \(place), bit \(bit)")
                } catch {
                    continue
                }
            }
        }
    }

    @Test func `lacks no line in the middle`() {
        var lines = SideSample.exit.text.split(separator: "\n")
        lines.remove(at: 2)
        let text = lines.joined(separator: "\n") + "\n"
        #expect(throws: SideFault.self) { try SideJournal(Array(text.utf8)) }
    }

    @Test func `holds events of orders alone`() {
        let ended = SideSample.event(.epochEnded(EpochEnded(reason: .completed)))
        let text = SideSample.journal([ended]).text
        #expect(throws: SideFault.self) { try SideJournal(Array(text.utf8)) }
    }

    @Test func `tells which of its orders have not ended`() {
        let name = SideSample.name
        let intent = SideSample.event(SideSample.intent())
        let half = SideSample.event(SideSample.fill("1"))
        let rest = SideSample.event(SideSample.fill("1", id: 901))
        let expired = VenueRefusal(order: OrderID(0), report: 0, reason: .noLiquidity)
        let end = SideSample.event(.orderExpired(OrderExpired(refusal: expired)))
        #expect(SideJournal.open(of: [SideSample.journal([intent])]) == [name])
        #expect(SideJournal.open(of: [SideSample.journal([intent, half])]) == [name])
        #expect(SideJournal.open(of: [SideSample.journal([intent, half, rest])]).isEmpty)
        #expect(SideJournal.open(of: [SideSample.journal([intent, half, end])]).isEmpty)
        // A later one tells what became of an order of an earlier one.
        let later = SideSample.journal([end])
        #expect(SideJournal.open(of: [SideSample.journal([intent]), later]).isEmpty)
    }
}

@Suite struct `The name of an order of rescue` {
    @Test(arguments: ["hr-tagg-draw-t6dxnl-1", "hr-a_Zz-09aa-1z141z3-1z141z3"])
    func `is read as it is written`(text: String) {
        #expect(RescueOrderID(text)?.description == text)
        #expect(text.utf8.count <= 36)
        // It proves neither a rollback nor a second engine.
        #expect(ClientOrderID(text) == nil)
    }

    @Test(arguments: [
        "hf-tagg-draw-t6dxnl-1", "hr-tagg-draw-t6dxnl", "hr-tagg-draw-t6dxnl-1-1",
        "hr-tag-draw-t6dxnl-1", "hr-tagg-draw-T6DXNL-1", "hr-tagg-draw-01-1", "hr-tagg-draw--1",
        "hr-tagg-dräw-1-1", "hr-tagg-draw-1z141z4-1", "", "hr",
    ])
    func `is nothing else`(text: String) { #expect(RescueOrderID(text) == nil) }
}
