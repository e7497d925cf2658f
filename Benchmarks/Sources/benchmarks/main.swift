import Foundation
import Journal
import Platform

// benchmarks LIMITS DIRECTORY [--json FILE] [--only PART] [--strict] [TAPE …]: see Benchmarks/run.

/// What the command line asks for.
struct Request {
    var limits = ""
    var directory = ""
    var json: String?
    var only: String?
    var isStrict = false
    var tapes: [String] = []

    init(_ words: [String]) throws {
        var plain: [String] = []
        var index = 0
        while index < words.count {
            let isOption = ["--json", "--only"].contains(words[index])
            if isOption, index + 1 < words.count {
                if words[index] == "--json" { json = words[index + 1] }
                if words[index] == "--only" { only = words[index + 1] }
                index += 1
            } else if words[index] == "--strict" {
                isStrict = true
            } else {
                plain.append(words[index])
            }
            index += 1
        }
        guard plain.count >= 2 else {
            throw BenchmarkFailure("use Benchmarks/run, which says where everything is")
        }
        limits = plain[0]
        directory = plain[1]
        tapes = Array(plain.dropFirst(2))
    }

    func wants(_ part: String) -> Bool { only == nil || only == part }
}

func measureAll(_ request: Request) throws {
    let place = request.directory
    try FileSystem.createDirectories(place)
    var report = Report(machine: try Machine.description(of: place))
    let limits = LimitProgram(path: request.limits)
    if request.wants("journal") {
        report.figures += try JournalFigures(limits: limits, directory: place).measure()
    }
    if request.wants("replay") { report.figures += try ReplayFigures(directory: place).measure() }
    if request.wants("recovery") {
        report.figures += try RecoveryFigures(directory: place).measure()
    }
    if request.wants("market") {
        report.figures += try MarketFigures(recorded: request.tapes, directory: place).measure()
    }
    if request.wants("orders") { report.figures += try OrderFigures.measure() }
    if request.wants("decoders") {
        let fixtures = ProcessInfo.processInfo.environment["BENCH_FIXTURES"] ?? ""
        report.figures += try DecoderFigures(fixtures: fixtures, directory: place).measure()
    }
    if request.wants("ticks"), let ticks = TickFigures(directory: place) {
        report.figures += try ticks.measure()
    }
    print(report.table)
    if let path = request.json { try report.json().write(to: URL(filePath: path)) }
    let missed = report.figures.filter { $0.isMet == false }
    if missed.isEmpty { return }
    print("\(missed.count) of the floors missed in this run")
    if request.isStrict { CurrentProcess.exit(1) }
}

if let status = RecoveryScan.runIfRequested(CommandLine.arguments) { CurrentProcess.exit(status) }
do {
    let words = Array(CommandLine.arguments.dropFirst())
    if words.count == 3, words[0] == "__memory", let events = UInt64(words[2]) {
        try ReplayFigures.printMemory(words[1], events)
    } else {
        try measureAll(try Request(words))
    }
} catch {
    FileHandle.standardError.write(Data("benchmarks: \(error)\n".utf8))
    CurrentProcess.exit(2)
}
