internal import JSON
public import Projections
internal import Trading

/// How a scan is told to people and to programs.
public enum ScanText {
    // MARK: Progress

    /// A bar for a terminal.
    public static func bar(_ progress: ScanProgress) -> String {
        let width = 30
        let full = progress.total == 0 ? 0 : progress.processed * width / progress.total
        let bar = String(repeating: "#", count: full) + String(repeating: ".", count: width - full)
        let share = progress.total == 0 ? 0 : progress.processed * 100 / progress.total
        return "[\(bar)] \(share) %  \(progress.processed) of \(progress.total) pairs"
            + left(progress)
    }

    /// A plain line.
    public static func line(_ progress: ScanProgress) -> String {
        "\(progress.processed) of \(progress.total) pairs" + left(progress)
    }

    private static func left(_ progress: ScanProgress) -> String {
        guard progress.here > 0, progress.processed < progress.total else { return "" }
        let each = progress.elapsed.nanoseconds / Int64(progress.here)
        let left = each * Int64(progress.total - progress.processed) / 1_000_000_000
        return "  \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
    }

    // MARK: Results

    /// The best pairs as a table, and what it took.
    public static func table(_ result: ScanResult, top: Int, asset: String) -> String {
        var rows = [
            [
                "rank", "symbol", "quote", "turnover", "in \(asset)", "bid", "ask",
                "spread bp", "bid depth", "ask depth",
            ]
        ]
        for (place, pair) in result.scan.best.prefix(top).enumerated() {
            rows.append(
                [
                    "\(place + 1)", pair.symbol, pair.quote, whole(pair.turnover),
                    pair.value.map(whole) ?? "unknown", "\(pair.bid)", "\(pair.ask)",
                    pair.spread?.text(places: 2) ?? "unknown",
                    pair.depth.map { whole($0.bids) } ?? "unknown",
                    pair.depth.map { whole($0.asks) } ?? "unknown",
                ]
            )
        }
        return (columns(rows) + ["", closing(result)]).joined(separator: "\n")
    }

    private static func closing(_ result: ScanResult) -> String {
        let scan = result.scan
        let from = result.resumedAt > 0 ? ", \(result.resumedAt) before this start" : ""
        let unranked = result.unranked > 0 ? ", \(result.unranked) without turnover" : ""
        let again = scan.status == .running ? "; the same command goes on with it" : ""
        return "scan \(scan.id) of \(scan.subject) \(scan.status.name): \(scan.processed) of "
            + "\(scan.total) pairs\(from)\(unranked), \(seconds(result.elapsed)) s, "
            + "\(result.checkpoints.count) checkpoints took \(share(result)) % of it\(again)"
    }

    /// What share of the time went into checkpoints, in percent.
    private static func share(_ result: ScanResult) -> String {
        let all = Decimal(Int(max(1, result.elapsed.nanoseconds)))
        return Decimal(Int(result.checkpoints.time.nanoseconds))
            .scaled(by: Decimal(100), over: all, .halfEven)
            .text(places: 2)
    }

    private static func seconds(_ span: TimeSpan) -> String {
        Decimal(Int(span.nanoseconds)).divided(by: Decimal(1_000_000_000), .down).text(places: 2)
    }

    private static func whole(_ amount: Money) -> String { amount.value.text(places: 0) }

    /// The scans that are remembered, a line each.
    public static func list(_ scans: [Scan]) -> String {
        guard !scans.isEmpty else { return "no scan of the last 7 days" }
        var rows = [["scan", "operation", "of", "status", "pairs", "to", "began", "last", "why"]]
        for scan in scans {
            rows.append(
                [
                    "\(scan.id)", scan.operation.name, scan.subject, scan.status.name,
                    "\(scan.processed)/\(scan.total)", scan.cursor, "\(scan.began)",
                    "\(scan.changed)", scan.message,
                ]
            )
        }
        return columns(rows).joined(separator: "\n")
    }

    private static func columns(_ rows: [[String]]) -> [String] {
        let widths = rows[0].indices.map { place in rows.map { $0[place].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    // MARK: JSON

    /// The result as one line of JSON.
    public static func json(_ result: ScanResult, top: Int) -> String {
        let more: [(key: String, value: JSONText?)] = [
            ("resumedAt", .integer(Int64(clamping: result.resumedAt))),
            ("books", .integer(Int64(result.books))),
            ("unranked", .integer(Int64(result.unranked))),
            ("seconds", .text(seconds(result.elapsed))),
            ("checkpointsHere", .integer(Int64(result.checkpoints.count))),
            ("checkpointPercent", .text(share(result))),
        ]
        return JSONText.object(members(result.scan, top: top) + more).compact
    }

    /// The scans that are remembered, as one line of JSON.
    public static func json(_ scans: [Scan], top: Int) -> String {
        let rows = scans.map { JSONText.object(members($0, top: top)) }
        return JSONText.object([("scans", .list(rows))]).compact
    }

    private static func members(
        _ scan: Scan,
        top: Int
    ) -> [(key: String, value: JSONText?)] {
        [
            ("scan", .integer(Int64(clamping: scan.id.rawValue))),
            ("operation", .text(scan.operation.name)),
            ("subject", .text(scan.subject)),
            ("status", .text(scan.status.name)),
            ("cursor", .text(scan.cursor)),
            ("processed", .integer(Int64(clamping: scan.processed))),
            ("total", .integer(Int64(clamping: scan.total))),
            ("message", .text(scan.message)),
            ("began", .text("\(scan.began)")),
            ("changed", .text("\(scan.changed)")),
            ("checkpoints", .integer(Int64(clamping: scan.checkpoints))),
            ("top", .list(scan.best.prefix(top).map(json))),
        ]
    }

    private static func json(_ pair: ScannedPair) -> JSONText {
        func text(_ amount: (some Amount)?) -> JSONText { amount.map { .text("\($0)") } ?? .null }
        return .object([
            ("symbol", .text(pair.symbol)),
            ("quote", .text(pair.quote)),
            ("turnover", text(pair.turnover)),
            ("value", text(pair.value)),
            ("bid", text(pair.bid.isZero ? nil : pair.bid)),
            ("ask", text(pair.ask.isZero ? nil : pair.ask)),
            ("spreadBasisPoints", pair.spread.map { .text($0.text(places: 4)) } ?? .null),
            ("bidDepth", text(pair.depth?.bids)),
            ("askDepth", text(pair.depth?.asks)),
        ])
    }
}

extension ScannedPair {
    /// The distance of the best prices as a share of the price between them, in hundredths of a
    /// percent; `nil` where one of them is not known.
    var spread: Decimal? {
        guard bid.isPositive, ask.isPositive, bid.isWithinBounds, ask.isWithinBounds else {
            return nil
        }
        let distance = ask.value - bid.value
        let middle = (ask.value + bid.value).divided(by: Decimal(2), .halfEven)
        guard middle > .zero, distance.canMultiply(Decimal(10_000)) else { return nil }
        return distance.scaled(by: Decimal(10_000), over: middle, .halfEven)
    }
}
