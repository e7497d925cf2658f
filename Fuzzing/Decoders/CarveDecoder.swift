import Platform

@testable import Journal

/// Raw bytes in which batches are searched, with no tree to lead to them.
final class CarveDecoder: Decoder {
    private let path: String

    init(scratch: String) { path = scratch + "/data.mdb" }

    func take(_ bytes: [UInt8]) throws {
        try carve(bytes)
        var repaired = bytes
        Repair.batches(&repaired)
        try carve(repaired)
    }

    private func carve(_ bytes: [UInt8]) throws {
        let file = try File(path: path, mode: .replace)
        try file.write(bytes.span, at: 0)
        var contradiction: Contradiction?
        try RawJournal.carve(file: path) { batch, place in
            do throws(FormatFault) {
                try batch.check()
            } catch {
                contradiction = Contradiction("a carved batch is sound: \(error)")
            }
            let end = place.offset + batch.bytes.count
            let isThere =
                end <= bytes.count
                && (0..<batch.bytes.count).allSatisfy {
                    batch.bytes[$0] == bytes[place.offset + $0]
                }
            if !isThere { contradiction = Contradiction("a carved batch lies where it is said") }
        }
        if let contradiction { throw contradiction }
    }
}
