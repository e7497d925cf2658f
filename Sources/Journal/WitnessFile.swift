internal import Digests
internal import Platform

/// Evidence of how far a journal had come.
struct WitnessSlot: Hashable, Sendable {
    static let length = 512
    static let magic: UInt64 = 0x5345_4E54_4957_4648  // "HFWITNES"

    var journalID: JournalID
    var epoch: UInt32
    var sequence: UInt64
    var chainHash: SHA256Digest
    /// Counts the writings of the file; the higher slot is the newer one.
    var counter: UInt64
    /// The state directory that holds the outer witness; zeros in one without.
    var home: JournalID

    func encode(into buffer: inout ByteBuffer) {
        buffer.truncate(to: 0)
        buffer.append(Self.magic)
        buffer.append(UInt16(1))
        buffer.append(UInt16(0))
        buffer.append(epoch)
        buffer.append(journalID.low)
        buffer.append(journalID.high)
        buffer.append(sequence)
        for word in [chainHash.word0, chainHash.word1, chainHash.word2, chainHash.word3] {
            buffer.append(word)
        }
        buffer.append(counter)
        buffer.append(home.low)
        buffer.append(home.high)
        while buffer.count < Self.length - 4 { buffer.append(UInt32(0)) }
        buffer.append(CRC32C.checksum(buffer.bytes))
    }

    init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.length, bytes.uint64(at: 0) == Self.magic,
            bytes.uint16(at: 8) == 1,
            CRC32C.checksum(bytes.extracting(0..<508)) == bytes.uint32(at: 508),
            // Whatever wrote other numbers was no writer of journals.
            bytes.uint32(at: 12) < .max, (1..<UInt64.max).contains(bytes.uint64(at: 32))
        else { return nil }
        epoch = bytes.uint32(at: 12)
        journalID = JournalID(low: bytes.uint64(at: 16), high: bytes.uint64(at: 24))
        sequence = bytes.uint64(at: 32)
        chainHash = SHA256Digest(
            bytes.uint64(at: 40),
            bytes.uint64(at: 48),
            bytes.uint64(at: 56),
            bytes.uint64(at: 64)
        )
        counter = bytes.uint64(at: 72)
        home = JournalID(low: bytes.uint64(at: 80), high: bytes.uint64(at: 88))
    }

    init(
        journalID: JournalID,
        epoch: UInt32,
        sequence: UInt64,
        chainHash: SHA256Digest,
        counter: UInt64,
        home: JournalID
    ) {
        self.journalID = journalID
        self.epoch = epoch
        self.sequence = sequence
        self.chainHash = chainHash
        self.counter = counter
        self.home = home
    }
}

/// What a witness file says.
struct WitnessReading: Sendable {
    let path: String
    let exists: Bool
    /// The slots that match their checksums, newest first.
    let slots: [WitnessSlot]
    /// How many slots hold bytes that match no checksum.
    let damagedSlots: Int

    /// Whether nothing was ever written to it: there is no file, or one that a kill left empty
    /// before its first slot.
    var isUnwritten: Bool { slots.isEmpty && damagedSlots == 0 }

    init(_ path: String) throws(JournalError) {
        self.path = path
        let bytes = try translating("read the witness") { () throws(PlatformError) -> [UInt8]? in
            guard try FileSystem.status(path) != nil else { return nil }
            return try File(path: path, mode: .read).read(at: 0, count: 2 * WitnessSlot.length)
        }
        exists = bytes != nil
        var slots: [WitnessSlot] = []
        var damaged = 0
        for index in 0..<2 {
            let start = index * WitnessSlot.length
            guard let bytes, bytes.count >= start + WitnessSlot.length else { continue }
            let part = bytes.span.extracting(start..<(start + WitnessSlot.length))
            if let slot = WitnessSlot(part) {
                slots.append(slot)
            } else if (0..<part.count).contains(where: { bytes[start + $0] != 0 }) {
                damaged += 1
            }
        }
        self.slots = slots.sorted { $0.counter > $1.counter }
        damagedSlots = damaged
    }
}

/// Writes the two slots of a witness in turn.
final class WitnessWriter {
    private let file: File
    private var counter: UInt64
    private var buffer = ByteBuffer(capacity: WitnessSlot.length)

    /// Opens the witness at `path`, going on after `reading` of it.
    init(_ path: String, after reading: WitnessReading?) throws(PlatformError) {
        counter = reading?.slots.first?.counter ?? 0
        file = try File(path: path, mode: .create)
        if try file.size() < 2 * WitnessSlot.length {
            let zeros = [UInt8](repeating: 0, count: 2 * WitnessSlot.length)
            try file.write(zeros.span, at: 0)
            try file.sync()
            try FileSystem.syncDirectory(FileSystem.parent(of: path))
        }
    }

    func write(_ slot: WitnessSlot) throws(PlatformError) {
        counter += 1
        var slot = slot
        slot.counter = counter
        slot.encode(into: &buffer)
        let place = Int(counter & 1) * WitnessSlot.length
        try buffer.withBytes(0..<WitnessSlot.length) { (bytes) throws(PlatformError) in
            try file.write(bytes, at: place)
        }
    }

    func sync() throws(PlatformError) { try file.syncData() }
}
