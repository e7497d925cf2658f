import Platform

/// The C program that shows what LMDB allows.
struct LimitProgram {
    let path: String

    /// Runs it and gives the numbers it prints.
    func run(_ arguments: String...) throws -> [Double] {
        let outcome = try ChildProcess.run(
            path,
            arguments: arguments,
            timeLimit: 100_000_000_000
        )
        guard case .exited(0) = outcome.ending else {
            throw BenchmarkFailure("\(path) \(arguments.joined(separator: " ")) failed")
        }
        let text = String(decoding: outcome.output, as: UTF8.self)
        return text.split { $0 == " " || $0 == "\n" }.compactMap { Double($0) }
    }
}
