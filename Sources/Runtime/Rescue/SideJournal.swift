public import Trading

/// What rescue recorded beside a journal that it could not write: JSON Lines, each with a checksum.
///
/// The format is told in `docs/formats/side-journal.md`.
public struct SideJournal: Hashable, Sendable {
    /// The version of the format.
    public static let version = 1
    /// The longest side journal, in bytes.
    static let longest = 16 << 20

    /// What it begins with.
    public private(set) var beginning: SideBeginning
    /// When it began.
    public private(set) var began: Timestamp
    /// What happened, in order.
    public private(set) var events: [SideEvent] = []
    /// Whether its last line was cut off: nothing was sent of what that line would have intended.
    public private(set) var isTorn = false

    /// Begins one.
    init(_ beginning: SideBeginning, at began: Timestamp) {
        self.beginning = beginning
        self.began = began
    }

    /// Reads one.
    ///
    /// - Parameter bytes: Its lines, each ended by a line feed.
    /// - Throws: ``SideFault`` where a whole line is not what was written.
    public init(_ bytes: [UInt8]) throws(SideFault) {
        guard bytes.count <= Self.longest else { throw SideFault("it is too long") }
        var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        let rest = lines.removeLast()
        guard let front = lines.first else { throw SideFault("it has no whole line") }
        let first = try Self.line(1, front)
        guard let beginning = first.beginning, beginning.isSound, first.version == Self.version
        else { throw SideFault("line 1 begins no side journal of version \(Self.version)") }
        self.init(beginning, at: first.time)
        guard Array(firstLine.utf8) == Array(front) else { throw SideFault("line 1 is damaged") }
        for (place, bytes) in lines.dropFirst().enumerated() {
            try append(try Self.line(place + 2, bytes), Array(bytes))
        }
        isTorn = !rest.isEmpty
    }

    private static func line(_ number: Int, _ bytes: ArraySlice<UInt8>) throws(SideFault)
        -> SideLine
    {
        do throws(SideFault) {
            let line = try SideLine(Array(bytes))
            guard line.number == Int64(number) else { throw SideFault("it says \(line.number)") }
            return line
        } catch {
            throw SideFault("line \(number): \(error)")
        }
    }

    private mutating func append(_ line: SideLine, _ bytes: [UInt8]) throws(SideFault) {
        let number = events.count + 2
        do throws(SideFault) {
            let event = try SideEvent(line)
            // One line has one form: what is read is what was written.
            guard Array(SideLine.sealed(number, event.members).utf8) == bytes else {
                throw SideFault("it is not as it is written")
            }
            events.append(event)
        } catch {
            throw SideFault("line \(number): \(error)")
        }
    }

    /// Adds an event, and gives its line.
    mutating func add(_ event: SideEvent) -> String {
        events.append(event)
        return SideLine.sealed(events.count + 1, event.members)
    }

    /// The first line.
    var firstLine: String { SideLine.sealed(1, beginning.members(at: began)) }

    /// All its lines.
    public var text: String {
        var text = firstLine + "\n"
        for (place, event) in events.enumerated() {
            text += SideLine.sealed(place + 2, event.members) + "\n"
        }
        return text
    }

    /// The orders that side journals placed and of which none tells the end.
    ///
    /// - Parameter journals: In the order in which they began: a later one may tell of an order of
    ///   an earlier one.
    /// - Returns: Their names at the venue.
    static func open(of journals: [SideJournal]) -> [String] {
        var rest: [(name: String, quantity: Quantity)] = []
        for event in journals.flatMap(\.events) {
            switch event.event {
            case .orderIntended(let intent): rest.append((event.order, intent.terms.quantity))
            case .orderFilled(let filled):
                for place in rest.indices where rest[place].name == event.order {
                    rest[place].quantity -= filled.execution.quantity
                }
            case .orderRejected, .orderCancelled, .orderExpired:
                rest.removeAll { $0.name == event.order }
            default: break
            }
        }
        return rest.filter(\.quantity.isPositive).map(\.name)
    }
}
