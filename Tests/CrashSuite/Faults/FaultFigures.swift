/// What failing calls did.
struct FaultFigures {
    /// Runs in which a call failed.
    private(set) var runs = 0
    /// Runs that ended as they would have without it.
    private(set) var harmless = 0
    /// Runs that ended with an exit status and a message.
    private(set) var ended = 0
    private(set) var byFault: [String: Int] = [:]
    /// Copies that were made of a journal that could not be written.
    private(set) var copies = 0

    /// Counts a run.
    mutating func add(_ fault: CallFault, status: Int32, hasCopied: Bool = false) {
        runs += 1
        if status == 0 { harmless += 1 } else { ended += 1 }
        byFault["\(fault)", default: 0] += 1
        if hasCopied { copies += 1 }
    }

    static func += (left: inout FaultFigures, right: FaultFigures) {
        left.runs += right.runs
        left.harmless += right.harmless
        left.ended += right.ended
        left.copies += right.copies
        left.byFault.merge(right.byFault) { $0 + $1 }
    }

    /// The figures, one a line.
    var table: [String] {
        let rows =
            [
                ("runs in which a call failed", runs),
                ("  ended with a status and the right message", ended),
                ("  ended as if nothing had failed", harmless),
                ("  left an emergency copy, verified", copies),
            ] + CallFault.all.map { ("  \($0)", byFault["\($0)", default: 0]) }
        return rows.map { name, count in
            name + String(repeating: " ", count: max(1, 58 - name.count)) + "\(count)"
        }
    }
}
