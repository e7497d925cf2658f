import Exchange
import Trading

/// What the venues tell on private streams, message by message.
///
/// The first byte chooses the market; messages are divided by line feeds.
final class PrivateStreamDecoder: Decoder {
    private let adapters: [any VenueAdapter] = [
        BinanceAdapter(.binanceSpot, nil), BinanceAdapter(.binanceFutures, nil),
        BybitAdapter(market: .bybitSpot), BybitAdapter(market: .bybitLinear),
    ]

    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws {
        guard let choice = bytes.first else { return }
        let adapter = adapters[Int(choice & 3)]
        for line in bytes.dropFirst().split(separator: 0x0A) {
            let message = Array(line)
            let events: [VenueEvent]
            do throws(MessageError) {
                events = try adapter.events(in: message.span)
            } catch {
                try require(!"\(error)".isEmpty, "a refusal has words")
                continue
            }
            try VenueChecks.check(events)
        }
    }
}
