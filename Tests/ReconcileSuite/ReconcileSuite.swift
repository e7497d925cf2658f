import Platform
import Runtime

/// Reconciles pairs of a journal and a venue that have gone apart at random.
@main
enum ReconcileSuite {
    static func main() throws {
        var pairs = 10_000
        var seed = UInt64(Clock.wall() & 0xFFFF)
        var seconds = Int64.max
        var words = CommandLine.arguments.dropFirst()
        while let name = words.popFirst() {
            guard let value = words.popFirst(), let number = UInt64(value) else {
                return try usage()
            }
            switch name {
            case "--pairs": pairs = Int(clamping: number)
            case "--seed": seed = number
            case "--seconds": seconds = Int64(clamping: number)
            default: return try usage()
            }
        }
        let figures = run(pairs: pairs, seed: seed, seconds: seconds)
        print(figures.words)
        if figures.failed > 0 { CurrentProcess.exit(1) }
    }

    private static func usage() throws {
        print("usage: ReconcileSuite [--pairs N] [--seed S] [--seconds N]")
        CurrentProcess.exit(2)
    }

    /// What came of a run.
    struct Figures {
        var pairs = 0
        var failed = 0
        var booked = 0
        var seed: UInt64
        var kinds: [CaseKind: Int] = [:]
        var firstFault = ""
        var nanoseconds: Int64 = 1

        var words: String {
            var lines = CaseKind.allCases.compactMap { kind -> String? in
                kinds[kind].map { "  \(kind.rawValue) \(kind): \($0)" }
            }
            let rate = Int64(pairs) * 1_000_000_000 / max(1, nanoseconds)
            lines.append(
                "\(pairs) pairs from seed \(seed), \(kinds.values.reduce(0, +)) cases of "
                    + "\(kinds.count) kinds, \(booked) events booked, \(rate) pairs/s"
            )
            lines.append(failed == 0 ? "all converged" : "\(failed) FAILED; \(firstFault)")
            return lines.joined(separator: "\n")
        }
    }

    /// Checks this many pairs, or as many as there is time for.
    static func run(pairs: Int, seed: UInt64, seconds: Int64 = .max) -> Figures {
        var figures = Figures(seed: seed)
        let began = Clock.monotonic()
        for number in 0..<pairs {
            if number % 256 == 0, (Clock.monotonic() - began) / 1_000_000_000 >= seconds { break }
            let own = seed &+ UInt64(number)
            let check = PairCheck(seed: own)
            figures.pairs += 1
            figures.booked += check.booked
            figures.kinds.merge(check.kinds) { $0 + $1 }
            guard let fault = check.faults.first else { continue }
            figures.failed += 1
            if figures.firstFault.isEmpty {
                figures.firstFault = "--pairs 1 --seed \(own): \(fault)"
            }
        }
        figures.nanoseconds = Clock.monotonic() - began
        return figures
    }
}
