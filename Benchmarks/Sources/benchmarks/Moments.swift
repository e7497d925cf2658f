import Foundation

/// What a program did with sockets and files, as limits/moments.c notes it.
struct Moment {
    enum Kind: Int32 {
        case receive = 1
        case send
        case wait
        case write
        case sync
    }

    /// Nanoseconds of the monotonic clock.
    var begin: Int64
    var end: Int64
    var result: Int64
    var thread: Int32
    var descriptor: Int32
    var kind: Kind
    var text: ArraySlice<UInt8>

    func begins(with word: String) -> Bool { text.starts(with: Array(word.utf8)) }
    func holds(_ word: String) -> Bool {
        String(decoding: text, as: UTF8.self).contains(word)
    }

    /// Reads the notes of a program, in the order of their ends.
    static func read(_ path: String) throws -> [Moment] {
        let bytes = Array(try Data(contentsOf: URL(filePath: path)))
        let size = 128
        return stride(from: 0, to: bytes.count - size + 1, by: size).compactMap { start in
            func number<Number: FixedWidthInteger>(at place: Int) -> Number {
                (0..<Number.bitWidth / 8).reversed().reduce(0) { sum, index in
                    sum << 8 | Number(truncatingIfNeeded: bytes[start + place + index])
                }
            }
            guard let kind = Kind(rawValue: number(at: 32)) else { return nil }
            let length: Int32 = number(at: 36)
            return Moment(
                begin: number(at: 0),
                end: number(at: 8),
                result: number(at: 16),
                thread: number(at: 24),
                descriptor: number(at: 28),
                kind: kind,
                text: bytes[start + 40..<start + 40 + Int(length)]
            )
        }
        .sorted { $0.end < $1.end }
    }
}

/// The way of one order, from a message to a request.
struct TickToOrder {
    /// The message is read.
    var read: Int64
    /// The engine's thread is awake.
    var awake: Int64
    /// The commit begins and ends.
    var commitBegin: Int64
    var commitEnd: Int64
    /// The request is signed and given to the HTTP thread.
    var handedOver: Int64
    /// The request is written.
    var written: Int64

    /// Finds the way of every entry among the notes of an engine; the engine's thread is the first.
    ///
    /// - Parameter engine: The number of the process, which is that of its main thread.
    static func ways(in moments: [Moment], engine: Int32) -> [TickToOrder] {
        let requests = moments.filter { moment in
            moment.kind == .send && moment.begins(with: "POST /api/v3/order?")
                && moment.holds("side=BUY")
        }
        let own = moments.filter { $0.thread == engine }
        guard
            let market = moments.first(where: { moment in
                moment.kind == .receive && moment.holds("\"stream\":")
            })?.thread
        else { return [] }
        let stream = moments.filter { $0.thread == market }
        let doorbell = doorbell(requests, own)
        return requests.compactMap { request in
            way(request, own, stream, doorbell)
        }
    }

    /// The descriptor by which the HTTP thread is woken: what the engine's thread writes to last
    /// before requests.
    private static func doorbell(_ requests: [Moment], _ own: [Moment]) -> Int32 {
        var counts: [Int32: Int] = [:]
        for request in requests {
            let before = own.last { $0.kind == .send && $0.begin < request.begin }
            if let before { counts[before.descriptor, default: 0] += 1 }
        }
        return counts.max { $0.value < $1.value }?.key ?? -1
    }

    private static func way(
        _ request: Moment,
        _ own: [Moment],
        _ stream: [Moment],
        _ doorbell: Int32
    ) -> TickToOrder? {
        let isRing = { (moment: Moment) in
            moment.kind == .send && moment.descriptor == doorbell && moment.begin < request.begin
        }
        guard let ring = own.lastIndex(where: isRing) else { return nil }
        let isDurable = { (moment: Moment) in moment.kind == .write || moment.kind == .sync }
        // An order that a timer led to, once its pause was over, has no message: nothing had rung.
        guard let last = own[..<ring].lastIndex(where: isDurable),
            let wake = own[..<last].lastIndex(where: { $0.kind == .wait }), own[wake].result > 0,
            let before = own[..<wake].last(where: { $0.kind == .wait }),
            let first = own[wake..<ring].first(where: isDurable)
        else { return nil }
        // The oldest message that the engine had not taken: the stream's thread rang for it.
        let rings = stream.first { moment in
            moment.kind == .send && moment.begin > before.end && moment.begin < own[wake].end
        }
        guard let rings,
            let message = stream.last(where: { moment in
                moment.kind == .receive && moment.result > 1 && moment.end <= rings.begin
            })
        else { return nil }
        return TickToOrder(
            read: message.end,
            awake: own[wake].end,
            commitBegin: first.begin,
            commitEnd: own[last].end,
            handedOver: own[ring].begin,
            written: request.end
        )
    }
}
