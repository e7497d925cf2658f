import Runtime
import Testing

/// Draws the same numbers from the same seed (SplitMix64).
private struct Draws {
    var state: UInt64

    mutating func next(below bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
}

@Suite
struct `A mutilated configuration` {
    private static let pieces: [[UInt8]] =
        [
            "{", "}", "[", "]", "\"", "'", ",", ":", "\\", "/*", "//", "\n", "0",
            "9999999999999999999",
            "-", ".", "e", "null", "true", "\\u", "\"170000000000000000000\"", "\"-1\"",
            "\"9000000d\"",
        ].map { Array($0.utf8) } + [[0xFF], [0xC2], [0xEF, 0xBB], [0x00]]

    @Test(arguments: 1...200)
    func `is read or refused, and never stops the process`(seed: UInt64) {
        var draws = Draws(state: seed)
        for _ in 0..<20 {
            var text = Array((draws.next(below: 2) == 0 ? Sample.spot : Sample.perpetual).utf8)
            for _ in 0...draws.next(below: 4) {
                let start = draws.next(below: text.count)
                let end = min(text.count, start + draws.next(below: 12))
                text.replaceSubrange(start..<end, with: Self.pieces[draws.next(below: 27)])
            }
            do {
                let configuration = try Configuration(parsing: text, file: "test.json5")
                let again = try Configuration(
                    parsing: Array(configuration.canonicalText.utf8),
                    file: "test.json5"
                )
                #expect(again == configuration, "seed \(seed)")
            } catch {
                #expect(!error.problems.isEmpty, "seed \(seed)")
            }
        }
    }

    @Test(arguments: [
        ("\"100\"", "\"170000000000000000000\"", "instruments[0].order.notional"),
        (
            "order: { notional: \"100\" }", "order: { notional: \"1\", multiplier: \"1000001\" }",
            "instruments[0].order.multiplier"
        ),
        ("stopLoss:", "cooldown: \"100000d\", stopLoss:", "instruments[0].cooldown"),
        ("\"0.5\"", "\"1000000000000001\"", "balances.BTC"),
    ])
    func `cannot name a number that would overflow later`(
        change: String,
        replacement: String,
        path: String
    ) {
        let problems = Sample.problems(of: Sample.spot.replacing(change, with: replacement))
        #expect(problems.first?.hasPrefix(path + ": must be") == true, "\(problems)")
    }
}
