import Digests
import Engine
import Projections
import Trading

@testable import Runtime

/// Side journals of rescue, with checksums as they come and made right.
final class SideJournalDecoder: Decoder {
    private let state: TradingState

    init(scratch: String) throws { state = try Traded.state() }

    func take(_ bytes: [UInt8]) throws {
        try read(bytes)
        try read(SideSeeds.sealed(bytes))
    }

    private func read(_ bytes: [UInt8]) throws {
        let journal: SideJournal
        do throws(SideFault) {
            journal = try SideJournal(bytes)
        } catch {
            try require(!error.description.isEmpty, "a refusal has words")
            return
        }
        try require(bytes.starts(with: journal.text.utf8), "it is written as it was read")
        var turn = Turn(state: state)
        var importing = SideImport()
        importing.book(journal, &turn)
        let before = importing.booked
        let fills = turn.state.metrics.fills
        importing.book(journal, &turn)
        try require(turn.state.metrics.fills == fills, "no fill is booked twice")
        try require(importing.booked >= before, "what is booked is counted")
    }
}

/// Side journals made by code.
enum SideSeeds {
    private static let sealLength = 18

    /// The lines with right checksums.
    static func sealed(_ bytes: [UInt8]) -> [UInt8] {
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        for place in lines.indices where lines[place].count > sealLength {
            let open = Array(lines[place].dropLast(sealLength))
            let digits = String(CRC32C.checksum(open.span), radix: 16)
            let crc = String(repeating: "0", count: 8 - digits.utf8.count) + digits
            lines[place] = (open + Array(",\"crc\":\"\(crc)\"}".utf8))[...]
        }
        return Array(lines.joined(separator: [0x0A]))
    }

    /// An exit that is filled, one that is refused, and what is told of orders of the engine.
    static func journals() -> [[UInt8]] {
        let refusal = VenueRefusal(order: OrderID(0), report: 0, reason: .reduceOnly)
        let accepted = OrderAccepted(order: OrderID(0), report: 0, venueOrder: VenueID(7))
        let unknown = OutcomeUnknown(order: OrderID(0), request: .place, why: "silence")
        let alarm = ErrorRecorded(severity: .alarm, text: "rescue cancels: x")
        let all: [SideEvent] = [
            event(intent), event(.orderAccepted(accepted)), event(.outcomeUnknown(unknown)),
            event(fill), event(.orderExpired(OrderExpired(refusal: refusal))),
            event(.orderRejected(OrderRejected(refusal: refusal))),
            event(
                .orderCancelled(OrderCancelled(order: OrderID(0), report: 0)),
                "hf-abcd-1-wxyz-c"
            ),
            event(.cancelIntended(CancelIntended(order: OrderID(12))), "hf-abcd-1-wxyz-c"),
            event(.errorRecorded(alarm), ""),
        ]
        var journals = [journal(all)]
        for event in all { journals.append(journal([event])) }
        return journals
    }

    private static func journal(_ events: [SideEvent]) -> [UInt8] {
        let beginning = SideBeginning(
            journal: String(repeating: "0a", count: 16),
            tag: "abcd",
            draw: "draw",
            start: 1_764_261_234,
            head: 12,
            program: "fuzz"
        )
        var journal = SideJournal(beginning, at: Timestamp(nanoseconds: 1))
        for event in events { _ = journal.add(event) }
        return Array(journal.text.utf8)
    }

    private static func event(_ event: Event, _ order: String = "hr-abcd-draw-t6dxnl-1")
        -> SideEvent
    {
        var feeAsset = ""
        if case .orderFilled = event { feeAsset = "BNB" }
        return SideEvent(
            time: Timestamp(nanoseconds: 2),
            event: event,
            order: order,
            feeAsset: feeAsset,
            words: "words"
        )
    }

    private static var intent: Event {
        let terms = OrderTerms(
            instrument: InstrumentID(0),
            side: .sell,
            type: .market,
            timeInForce: .immediateOrCancel,
            isReduceOnly: true,
            quantity: Quantity(.one)
        )
        return .orderIntended(OrderIntended(deal: DealID(10), role: .exit, terms: terms))
    }

    private static var fill: Event {
        let execution = Execution(
            id: VenueID(900),
            price: Price(.one),
            quantity: Quantity(.one),
            fee: Money(.one),
            feeAsset: AssetID(0),
            liquidity: .taker
        )
        return .orderFilled(OrderFilled(order: OrderID(0), report: 0, execution: execution))
    }
}
