import Trading

/// Decimals and moments, as people and venues write them.
final class NumberDecoder: Decoder {
    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws {
        try readDecimal(bytes, rounding: nil)
        for rounding in [Rounding.down, .up, .halfEven] {
            try readDecimal(bytes, rounding: rounding)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        if let moment = Timestamp(text) {
            try require(Timestamp(moment.description) == moment, "a moment is read as written")
        }
        if bytes.count >= 8 {
            let moment = Timestamp(nanoseconds: Int64(bitPattern: Repair.uint64(bytes, at: 0)))
            _ = moment.day
            let again = Timestamp(moment.description)
            try require(again == moment || moment.nanoseconds < 0, "a moment is read as written")
        }
    }

    private func readDecimal(_ bytes: [UInt8], rounding: Rounding?) throws {
        let decimal: Decimal
        do throws(Decimal.ParsingFailure) {
            decimal = try Decimal(parsing: bytes.span, rounding: rounding)
        } catch {
            return
        }
        let text = decimal.description
        do {
            let again = try Decimal(text)
            try require(again == decimal, "a decimal is read as it was written")
        } catch let error as Decimal.ParsingFailure {
            throw Contradiction("a decimal that was written is read: \(text), \(error)")
        }
    }
}
