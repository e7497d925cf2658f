internal import Digests
internal import Platform

/// The check of a journal in a child process, whose death is a finding and not an end.
public enum RecoveryScan {
    /// The hidden first argument that makes a program a scan.
    public static let argument = "__scan"

    /// How long a scan may take before the journal counts as damaged, in seconds.
    static let timeLimit = 600

    /// Runs the scan and ends the process if the arguments ask for it; otherwise returns at once.
    ///
    /// - Parameter arguments: all of the process's, the program's name first.
    /// - Returns: the exit status to end with, or `nil` when the arguments ask for something else.
    public static func runIfRequested(_ arguments: [String]) -> Int32? {
        guard arguments.count >= 2, arguments[1] == argument else { return nil }
        CurrentProcess.confine(processorSeconds: timeLimit)
        guard let request = ScanRequest(arguments: Array(arguments.dropFirst(2))) else {
            print("refused\tthe arguments of the scan are not understood")
            return 2
        }
        do throws(JournalError) {
            for line in try SegmentScan.run(request).lines { print(line) }
            return 0
        } catch {
            print("refused\t\(error)")
            return 2
        }
    }

    /// Scans where `mode` says, and turns the death of a child into a finding.
    static func run(
        _ request: ScanRequest,
        _ mode: ScanMode
    ) throws(JournalError) -> ScanReport {
        guard case .child(let executable) = mode else { return try SegmentScan.run(request) }
        let outcome = try translating("check the journal in a child process") {
            () throws(PlatformError) in
            let program: String
            if let executable {
                program = executable
            } else {
                program = try CurrentProcess.executablePath()
            }
            return try ChildProcess.run(
                program,
                arguments: [argument] + request.arguments,
                timeLimit: Int64(timeLimit) * 1_000_000_000
            )
        }
        switch outcome.ending {
        case .exited(0):
            guard let report = ScanReport(output: outcome.output) else {
                throw failed(request, "its answer was not understood")
            }
            return report
        case .exited(let status):
            let text = String(decoding: outcome.output.prefix(400), as: UTF8.self)
            throw failed(request, "it ended with status \(status): \(text)")
        case .killed(let signal):
            return ScanReport(deathOf: request, "the scan was killed by signal \(signal)")
        case .timedOut:
            return ScanReport(deathOf: request, "the scan took over \(timeLimit) seconds")
        }
    }

    private static func failed(_ request: ScanRequest, _ reason: String) -> JournalError {
        JournalError(
            .scanFailed,
            "check the journal in a child process",
            request.directory,
            reason: reason,
            advice: "the program's main must begin with RecoveryScan.runIfRequested"
        )
    }
}

extension ScanRequest {
    var arguments: [String] {
        [
            directory, String(from), expectedHash?.description ?? "-",
            lookups.map { String($0) }.joined(separator: ","), isBesideWriter ? "live" : "still",
            removalKind.map { String($0) } ?? "-",
        ] + archives
    }

    init?(arguments: [String]) {
        guard arguments.count >= 6, let from = UInt64(arguments[1]) else { return nil }
        self.init(directory: arguments[0], from: from)
        expectedHash = SHA256Digest(hexadecimal: arguments[2])
        isBesideWriter = arguments[4] == "live"
        lookups = arguments[3].split(separator: ",").compactMap { UInt64($0) }
        removalKind = UInt16(arguments[5])
        archives = Array(arguments.dropFirst(6))
    }
}

extension ScanReport {
    init(deathOf request: ScanRequest, _ meaning: String) {
        self.init()
        findings = [.damage(.scan, request.directory, meaning)]
    }

    /// The report as lines of fields divided by tabs; the last line proves that it is whole.
    var lines: [String] {
        var lines = findings.map(\.line)
        if let head {
            let fields = [
                "head", "\(head.sequence)", "\(head.chainHash)", "\(head.epoch)",
                "\(head.commitTime)",
            ]
            lines.append(fields.joined(separator: "\t"))
        }
        if let journalID { lines.append("journal\t\(journalID.low)\t\(journalID.high)") }
        for sequence in hashes.keys.sorted() {
            if let hash = hashes[sequence] { lines.append("hash\t\(sequence)\t\(hash)") }
        }
        lines.append("begin\t\(begin)\t\(chainBefore.map { "\($0)" } ?? "-")")
        lines += removals.map { "removal\t\(Hexadecimal.text($0.span))" }
        lines.append("end\t\(batches)\t\(events)\t\(bytes)")
        return lines
    }

    init?(output: [UInt8]) {
        self.init()
        var isWhole = false
        let text = String(decoding: output, as: UTF8.self)
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            switch fields.first {
            case "finding":
                guard let finding = Finding(fields: fields) else { return nil }
                findings.append(finding)
            case "head": head = Head(fields: fields)
            case "journal":
                guard fields.count == 3, let low = UInt64(fields[1]), let high = UInt64(fields[2])
                else { return nil }
                journalID = JournalID(low: low, high: high)
            case "hash":
                guard fields.count == 3, let sequence = UInt64(fields[1]) else { return nil }
                hashes[sequence] = SHA256Digest(hexadecimal: String(fields[2]))
            case "begin":
                guard fields.count == 3, let first = UInt64(fields[1]) else { return nil }
                begin = first
                chainBefore = SHA256Digest(hexadecimal: String(fields[2]))
            case "removal":
                guard fields.count == 2, let payload = Hexadecimal.bytes(String(fields[1])) else {
                    return nil
                }
                removals.append(payload)
            case "end":
                let counts = fields.dropFirst().compactMap { Int($0) }
                guard counts.count == 3 else { return nil }
                (batches, events, bytes) = (counts[0], counts[1], counts[2])
                isWhole = true
            default: return nil
            }
        }
        if !isWhole { return nil }
    }
}

extension Head {
    fileprivate init?(fields: [Substring]) {
        guard fields.count == 5, let sequence = UInt64(fields[1]),
            let chainHash = SHA256Digest(hexadecimal: String(fields[2])),
            let epoch = UInt32(fields[3]), let commitTime = Int64(fields[4])
        else { return nil }
        self.init(
            sequence: sequence,
            chainHash: chainHash,
            epoch: epoch,
            commitTime: commitTime
        )
    }
}
