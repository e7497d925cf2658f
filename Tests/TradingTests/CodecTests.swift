import TestSupport
import Testing
import Trading

/// The bytes of an event's payload.
func payload(_ event: Event) -> [UInt8] {
    var writer = ByteWriter()
    event.encode(into: &writer)
    return writer.bytes
}

func decoded(
    _ kind: EventKind,
    _ bytes: [UInt8],
    version: UInt16? = nil,
    codec: EventCodec = EventCodec()
) -> Result<Event, CodecFailure> {
    do throws(CodecFailure) {
        let version = version ?? GoldenEvents.example(kind).version
        let event = try codec.decode(kind: kind.rawValue, version: version, bytes.span)
        return .success(event)
    } catch {
        return .failure(error)
    }
}

@Suite struct `The event codec` {
    @Test(arguments: EventKind.allCases)
    func `gives back what it wrote`(kind: EventKind) {
        for seed in 1...200 as ClosedRange<UInt64> {
            var random = RandomEvents(seed: seed)
            let event = random.event(kind)
            #expect(event.kind == kind, "seed \(seed)")
            #expect(decoded(kind, payload(event)) == .success(event), "seed \(seed)")
        }
    }

    @Test(arguments: EventKind.allCases)
    func `writes the same bytes again`(kind: EventKind) throws {
        for seed in 1...50 as ClosedRange<UInt64> {
            var random = RandomEvents(seed: seed)
            let bytes = payload(random.event(kind))
            let event = try decoded(kind, bytes).get()
            #expect(payload(event) == bytes, "seed \(seed)")
        }
    }

    @Test(arguments: EventKind.allCases)
    func `refuses a payload that is cut off anywhere`(kind: EventKind) {
        for seed in 1...5 as ClosedRange<UInt64> {
            var random = RandomEvents(seed: seed)
            let bytes = payload(random.event(kind))
            for count in 0..<bytes.count {
                guard case .failure(.damaged(kind, _)) = decoded(kind, Array(bytes.prefix(count)))
                else {
                    Issue.record("seed \(seed): \(count) of \(bytes.count) bytes were accepted")
                    continue
                }
            }
        }
    }

    @Test(arguments: EventKind.allCases)
    func `refuses a payload that goes on`(kind: EventKind) {
        for seed in 1...5 as ClosedRange<UInt64> {
            var random = RandomEvents(seed: seed)
            let bytes = payload(random.event(kind))
            for extra in [[0], [1], [255], Array(repeating: 0, count: 16)] as [[UInt8]] {
                let failure = CodecFailure.damaged(kind, offset: bytes.count)
                #expect(decoded(kind, bytes + extra) == .failure(failure), "seed \(seed)")
            }
        }
    }

    @Test(arguments: EventKind.allCases)
    func `reads bytes of chance without stopping`(kind: EventKind) {
        for seed in 1...300 as ClosedRange<UInt64> {
            var random = SeededRandom(seed: seed)
            let bytes = (0..<random.int(0...200)).map { _ in
                UInt8(truncatingIfNeeded: random.next())
            }
            // What is accepted must be the one way to write it.
            guard case .success(let event) = decoded(kind, bytes) else { continue }
            #expect(payload(event) == bytes, "seed \(seed)")
        }
    }

    /// A place in the payload of the golden example that holds an enumeration or a truth value.
    @Test(arguments: [
        (EventKind.journalBegan, 6), (.epochBegan, 10), (.epochEnded, 0), (.sourceAttached, 2),
        (.stateHashed, 32), (.botStatusChanged, 0), (.errorRecorded, 0), (.instrumentListed, 11),
        (.signalReceived, 13), (.dealOpened, 2), (.dealMoved, 8), (.dealMoved, 9),
        (.dealClosed, 8), (.orderIntended, 8), (.orderIntended, 11), (.orderIntended, 12),
        (.orderIntended, 13), (.orderIntended, 14), (.orderRefused, 0), (.orderRefused, 55),
        (.orderRejected, 16), (.orderExpired, 16), (.cancelRejected, 16), (.amendRejected, 16),
        (.orderFilled, 82), (.outcomeUnknown, 8), (.positionLiquidated, 2),
        (.positionLiquidated, 78),
    ])
    func `refuses a choice that does not exist`(kind: EventKind, offset: Int) {
        var bytes = payload(GoldenEvents.example(kind))
        #expect(bytes.count > offset)
        #expect((try? decoded(kind, bytes).get()) != nil)
        bytes[offset] = 200
        #expect((try? decoded(kind, bytes).get()) == nil, "\(kind.name) at \(offset)")
    }

    @Test func `refuses a text that is not UTF-8`() {
        let bytes = payload(.errorRecorded(ErrorRecorded(severity: .error, text: "ab")))
        let failure = CodecFailure.damaged(.errorRecorded, offset: bytes.count)
        #expect(decoded(.errorRecorded, bytes.dropLast() + [0xFF]) == .failure(failure))
    }

    @Test func `cuts a text that is too long at a character`() throws {
        let long = String(repeating: "a", count: 65_534) + "é"
        let event = Event.errorRecorded(ErrorRecorded(severity: .error, text: long))
        guard case .errorRecorded(let read) = try decoded(.errorRecorded, payload(event)).get()
        else { return }
        #expect(read.text == String(repeating: "a", count: 65_534))
    }

    @Test(arguments: [
        Event.orderFilled(GoldenEvents.fill(price: "0", quantity: "1")),
        .orderFilled(GoldenEvents.fill(price: "1", quantity: "0")),
        .orderFilled(GoldenEvents.fill(price: "1", quantity: "-1")),
        .journalBegan(JournalBegan(tag: "abc", mode: .tape)),
        .instrumentListed(GoldenEvents.listing(tick: "0", step: "1", leverage: "1")),
        .instrumentListed(GoldenEvents.listing(tick: "1", step: "0", leverage: "1")),
        .instrumentListed(GoldenEvents.listing(tick: "1", step: "1", leverage: "0.9")),
        .orderIntended(GoldenEvents.intent(quantity: "0")),
    ])
    func `refuses amounts that make no sense`(event: Event) {
        #expect((try? decoded(event.kind, payload(event)).get()) == nil)
    }
}

@Suite struct `An event of another program` {
    @Test func `of an unknown kind asks for the newer program`() {
        let bytes: [UInt8] = []
        let failure = #expect(throws: CodecFailure.self) {
            try EventCodec().decode(kind: 9999, version: 1, bytes.span)
        }
        #expect(failure == .unknownKind(9999))
        let text = "event kind 9999 is unknown: written by a newer holdfast, use that one"
        #expect(failure?.description == text)
    }

    @Test(arguments: EventKind.allCases)
    func `of a newer version asks for the newer program`(kind: EventKind) {
        let bytes = payload(GoldenEvents.example(kind))
        let newer = GoldenEvents.example(kind).version + 1
        let failure = CodecFailure.newerVersion(kind, version: newer)
        #expect(decoded(kind, bytes, version: newer) == .failure(failure))
        #expect(
            failure.description
                == "\(kind.name) version \(newer) was written by a newer holdfast, use that one"
        )
    }

    @Test func `of an older version without a way is refused`() {
        let failure = CodecFailure.noUpcaster(.peakMoved, version: 0)
        #expect(decoded(.peakMoved, [], version: 0) == .failure(failure))
    }

    /// An invented version 0 of a peak had no deal.
    private let peak = Upcaster(kind: .peakMoved, version: 0) { reader, writer in
        writer.identifier(DealID(7))
        writer.decimal(reader.decimal())
    }

    @Test func `of an older version is brought to the current one`() {
        var old = ByteWriter()
        old.decimal(number("101.5"))
        let expected = Event.peakMoved(PeakMoved(deal: DealID(7), peak: price("101.5")))
        let codec = EventCodec(upcasters: [peak])
        #expect(decoded(.peakMoved, old.bytes, version: 0, codec: codec) == .success(expected))
    }

    @Test(arguments: [0, 15, 17])
    func `of an older version is refused where its bytes are too few or too many`(count: Int) {
        let codec = EventCodec(upcasters: [peak])
        let result = decoded(
            .peakMoved,
            Array(repeating: 0, count: count),
            version: 0,
            codec: codec
        )
        #expect(result == .failure(.damaged(.peakMoved, offset: min(count, 16) / 8 * 8)))
    }

    @Test func `is brought over several versions step by step`() throws {
        // Version 1 of the invented peaks counts in tenths, version 2 in units of 10⁻¹⁸.
        let tenths = Upcaster(kind: .peakMoved, version: 0) { reader, writer in
            writer.identifier(DealID(7))
            writer.integer(reader.uint32() * 10)
        }
        let exact = Upcaster(kind: .peakMoved, version: 1) { reader, writer in
            writer.identifier(reader.identifier(DealID.self))
            writer.decimal(Decimal(units: Int128(reader.uint32()) * Decimal.unitsPerOne / 10))
        }
        let codec = EventCodec(upcasters: [exact, tenths])
        let bytes = try codec.upcast(.peakMoved, from: 0, to: 2, [101, 0, 0, 0])
        #expect(bytes == payload(.peakMoved(PeakMoved(deal: DealID(7), peak: price("101")))))
    }

    @Test func `is refused where one step of several is missing`() {
        let first = Upcaster(kind: .peakMoved, version: 0) { _, _ in }
        let codec = EventCodec(upcasters: [first])
        #expect(throws: CodecFailure.noUpcaster(.peakMoved, version: 1)) {
            try codec.upcast(.peakMoved, from: 0, to: 2, [])
        }
    }

    @Test func `needs an upcaster of its own kind`() {
        let other = Upcaster(kind: .dealMoved, version: 0) { _, _ in }
        let codec = EventCodec(upcasters: [other])
        let failure = CodecFailure.noUpcaster(.peakMoved, version: 0)
        #expect(decoded(.peakMoved, [], version: 0, codec: codec) == .failure(failure))
    }
}
