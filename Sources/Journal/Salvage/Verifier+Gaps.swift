/// What the file of gaps says is a finding each, and must agree with the segments.
extension Verifier {
    /// Reads the gaps that a salvage left.
    mutating func readGaps() -> [JournalGap] {
        do throws(JournalError) {
            return try GapFile.gaps(in: layout.directory)
        } catch {
            findings.append(.damage(.gap, error.path, error.reason))
            return []
        }
    }

    /// Adds what a scan found, each gap once.
    mutating func addFindings(of report: ScanReport, besides gaps: [JournalGap]) {
        findings += gaps.map { gap in
            // A forged file may claim any number.
            let intact = gap.evidence.reduce(0) {
                min($0, .max - $1.intactEvents) + $1.intactEvents
            }
            let evidence = intact == 0 ? "" : "; intact events kept as evidence: \(intact)"
            return Finding(
                .gap,
                .damage,
                sequences: gap.range,
                path: layout.gaps,
                meaning: "\(gap)\(evidence)",
                advice: "restore a backup that holds these events; replay and the engine stop here"
            )
        }
        let others = report.findings.filter { !isExplained($0, by: gaps) }
        findings += others
        guard !gaps.isEmpty, !others.contains(where: { $0.severity == .damage }),
            let head = report.head
        else { return }
        checkCount(report, gaps, head)
    }

    /// Takes away what other checks said of a gap that the file tells of.
    mutating func dropRepeated(_ gaps: [JournalGap]) {
        findings.removeAll { finding in
            finding.code == .gap && finding.path == layout.segments
                && gaps.contains { $0.range == finding.sequences }
        }
    }

    /// Whether a finding is of a place between two segments that the file of gaps tells of.
    private func isExplained(_ finding: Finding, by gaps: [JournalGap]) -> Bool {
        guard finding.code == .gap, let range = finding.sequences else { return false }
        return gaps.contains { $0.first == range.lowerBound && $0.last == range.upperBound &- 1 }
    }

    /// What is there and what is missing must be everything, once.
    private mutating func checkCount(_ report: ScanReport, _ gaps: [JournalGap], _ head: Head) {
        let last = gaps.last.map { max($0.last, head.sequence) } ?? head.sequence
        let missing = gaps.reduce(0) { $0 + ($1.last - $1.first + 1) }
        let lowest: UInt64
        do throws(JournalError) {
            let first = try layout.segmentNumbers().first ?? 1
            lowest = gaps.first.map { min($0.first, first) } ?? first
        } catch {
            return  // the scan has named it
        }
        let all = last - lowest + 1
        guard missing > all || UInt64(report.events) != all - missing else { return }
        let meaning =
            "it tells of \(missing) events missing from \(lowest) to \(last), and "
            + "\(report.events) are there"
        findings.append(.damage(.gap, layout.gaps, meaning))
    }

    /// Whether the batch that a snapshot names is missing, so that nothing can be compared.
    func isLost(_ sequence: UInt64, in gaps: [JournalGap]) -> Bool {
        gaps.contains { $0.range.contains(sequence) }
    }
}
