import Foundation
import Platform

/// From a market message to the request that it leads to: the engine as people run it, on a local
/// exchange over loopback, with notes of its calls.
///
/// Entries as often as the venue's limits let it, one at a time; each ends unfilled.
struct TickFigures {
    private let binaries: String
    private let files: String
    private let directory: String
    private let seconds: Double

    /// Takes what Benchmarks/run tells; `nil` where it has built no programs.
    init?(directory: String) {
        let environment = ProcessInfo.processInfo.environment
        guard let binaries = environment["BENCH_BINARIES"], let files = environment["BENCH_FILES"]
        else { return nil }
        self.binaries = binaries
        self.files = files
        self.directory = directory + "/ticks"
        seconds = environment["BENCH_TICK_SECONDS"].flatMap(Double.init) ?? 60
    }

    func measure() throws -> [Figure] {
        say("tick to order, for \(Figure.text(seconds)) seconds")
        try FileSystem.createDirectories(directory)
        let (process, moments) = try run()
        let ways = TickToOrder.ways(in: moments, engine: process)
        guard ways.count >= 20 else {
            let entries = moments.filter { $0.begins(with: "POST /api/v3/order?") }.count
            throw BenchmarkFailure("\(ways.count) ways found of \(entries) orders: too few")
        }
        return [
            figure("tick to order", ways) { $0.written - $0.read },
            figure("tick to order, without the commit", ways) { way in
                way.written - way.read - (way.commitEnd - way.commitBegin)
            },
            figure("  message read to engine awake", ways) { $0.awake - $0.read },
            figure("  engine awake to commit", ways) { $0.commitBegin - $0.awake },
            figure("  commit, synced, with both witnesses", ways) { $0.commitEnd - $0.commitBegin },
            figure("  commit to request signed", ways) { $0.handedOver - $0.commitEnd },
            figure("  request signed to written", ways) { $0.written - $0.handedOver },
        ]
    }

    private func figure(
        _ name: String,
        _ ways: [TickToOrder],
        _ span: (TickToOrder) -> Int64
    ) -> Figure {
        var times = Times()
        for way in ways { times.add(span(way)) }
        return Figure(
            name: name,
            unit: "µs",
            measured: times.median / 1000,
            p99: times.quantile(0.99) / 1000,
            note: "p50; max \(Figure.text(times.quantile(1) / 1000)), \(ways.count) orders"
        )
    }

    /// Lets the engine trade; gives its process and what it did.
    private func run() throws -> (Int32, [Moment]) {
        let exchange = Process()
        let port = Pipe()
        exchange.executableURL = URL(filePath: binaries + "/exchange-sim")
        exchange.arguments = ["--accounts", files + "/../examples/local-exchange.json5"]
        exchange.standardOutput = port
        try exchange.run()
        defer {
            exchange.terminate()
            exchange.waitUntilExit()
        }
        let told = String(decoding: port.fileHandleForReading.availableData, as: UTF8.self)
        let number = told.filter(\.isNumber)
        let text = try String(contentsOfFile: files + "/ticks.json5", encoding: .utf8)
            .replacing("local: 1,", with: "local: \(number),")
        let configuration = directory + "/ticks.json5"
        try text.write(toFile: configuration, atomically: false, encoding: .utf8)
        let engine = Process()
        engine.executableURL = URL(filePath: binaries + "/holdfast")
        engine.arguments = [
            "run", "--config", configuration, "--journal", directory + "/journal", "--json",
        ]
        engine.environment = ProcessInfo.processInfo.environment.merging([
            "HOLDFAST_KEY": "key-of-ann", "HOLDFAST_SECRET": "hidden-one-of-ann",
            "XDG_STATE_HOME": directory + "/state", "MOMENTS": directory + "/moments",
            "LD_PRELOAD": files + "/.build/limits/moments.so",
        ]) { $1 }
        engine.standardOutput = FileHandle.nullDevice
        engine.standardError = FileHandle.nullDevice
        try engine.run()
        let process = engine.processIdentifier
        Thread.sleep(forTimeInterval: seconds)
        engine.terminate()
        engine.waitUntilExit()
        guard engine.terminationStatus == 0 else {
            throw BenchmarkFailure("the engine ended with \(engine.terminationStatus)")
        }
        return (process, try Moment.read("\(directory)/moments.\(process)"))
    }
}
