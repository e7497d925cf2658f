internal import Journal
internal import Projections
internal import Runtime
internal import Trading

extension ReportPage {
    /// The hash of the state at the period's end.
    var stateHash: StateHash { StateDigest().hash(of: content.end) }

    /// What the verification found, and what that means for the page.
    func writeFindings(_ page: inout Markup) {
        let verification = content.verification
        let findings = verification.findings
        let isClean = !verification.hasFindings
        page.element(
            "section",
            ["id": "verification", "class": isClean ? "verdict clean" : "verdict bad"]
        ) { page in
            page.element("h2") { page in
                page.element("span", ["aria-hidden": "true"], isClean ? "✓ " : "✕ ")
                page.write(headline(findings))
            }
            page.element("p", meaning)
            for gap in content.gaps { page.element("p", words(gap)) }
            if findings.isEmpty { return }
            page.element("ul", ["class": "findings"]) { page in
                let shown = findings.prefix(Self.findingLimit)
                for (place, finding) in shown.enumerated() {
                    // What to do is said once for all that follow each other.
                    let isLast = place + 1 == shown.count
                    let isSame = !isLast && shown[place + 1].advice == finding.advice
                    write(finding, advises: !isSame, &page)
                }
            }
            if findings.count > Self.findingLimit {
                page.element(
                    "p",
                    "The first \(Self.findingLimit) of \(findings.count); journalctl verify "
                        + "tells all."
                )
            }
        }
    }

    private static let findingLimit = 30

    private func headline(_ findings: [Finding]) -> String {
        if !content.verification.hasFindings { return "The journal is as it was written" }
        let count = findings.filter { $0.severity != .note }.count
        return Markup.counted(count, "finding", "findings") + " of the verification"
    }

    private var meaning: String {
        let report = content.verification.report
        let events = Markup.counted(report.events, "event", "events")
        let batches = Markup.counted(report.batches, "batch", "batches")
        let checked =
            "\(events) in \(batches): pages, checksums, hash chain, witnesses and snapshots"
        guard content.verification.isReplayed else {
            return "\(checked) were checked. They were not all replayed: the figures are of what "
                + "could be."
        }
        return content.verification.hasFindings
            ? "\(checked) were checked, and all events replayed."
            : "\(checked) were checked, and a replay from the first event gives every recorded "
                + "state hash."
    }

    private func words(_ gap: RawReplay.Gap) -> String {
        let from = Markup.grouped(String(gap.from))
        guard let to = gap.to else {
            return "From event \(from) on nothing could be replayed: \(gap.reason). Sums, deals "
                + "and charts end there; of "
                + Markup.counted(gathered.looseEvents, "later event", "later events")
                + " that can be read, errors, refusals, epochs and commits are shown."
        }
        return "Events \(from) to \(Markup.grouped(String(to))) could not be replayed: "
            + "\(gap.reason). A snapshot gives the state behind them: sums are whole, deals and "
            + "charts lack what happened between."
    }

    private func write(_ finding: Finding, advises: Bool, _ page: inout Markup) {
        page.element("li") { page in
            page.element("b", "\(finding.severity.rawValue): \(finding.code.rawValue)")
            var place = ""
            if let range = finding.sequences {
                place += " events \(range.lowerBound) to \(range.upperBound),"
            }
            var path = finding.path
            if path.hasPrefix(content.journal) {
                path = "journal" + path.dropFirst(content.journal.count)
            }
            place += " \(path.cut)"
            if let bytes = finding.bytes {
                place += ", bytes \(bytes.lowerBound) to \(bytes.upperBound)"
            }
            page.write("\(place): \(finding.meaning.cut). ")
            if advises { page.element("i") { page in write(advice: finding.advice.cut, &page) } }
        }
    }

    /// What to do; the name of an option stays on one line, where it can be copied.
    private func write(advice: String, _ page: inout Markup) {
        page.write("To do:")
        for word in "\(advice).".split(separator: " ") {
            page.write(" ")
            if word.hasPrefix("--") {
                page.element("span", ["class": "option"], String(word))
            } else {
                page.write(String(word))
            }
        }
    }

    /// Where the state is known last.
    var endName: String { content.lastKnown.map { "event \($0)" } ?? "the end" }

    /// The key figures.
    func writeFigures(_ page: inout Markup) {
        if !content.isReadable { return }
        section("figures", "Key figures", &page) { page in
            page.element("dl", ["class": "tiles"]) { page in
                writeTradingTiles(&page)
                writeMachineTiles(&page)
            }
            if let last = content.lastKnown {
                none("Results, deals, orders and fills are those up to event \(last).", &page)
            }
            writeBalances(&page)
        }
    }

    private func writeTradingTiles(_ page: inout Markup) {
        tile("Result, \(currency)", &page) { page in
            page.number(figures.profit.value, id: "profit", isResult: true)
        }
        tile("Fees", &page) { $0.number(figures.fees.value, id: "fees") }
        tile("Funding", &page) { page in
            page.number(figures.funding.value, id: "funding", isResult: true)
        }
        tile("Largest drawdown", &page) { page in
            if !content.isFromBeginning { page.write(atLeast) }
            page.number(figures.maximumDrawdown.value, id: "maximum-drawdown")
        }
        tile("Deals closed", &page) { $0.count(figures.closed, id: "closed-deals") }
        tile("Won", &page) { page in
            if let rate = figures.winRate {
                let percent = rate.times(Decimal(100), .halfEven)
                page.element("data", ["id": "win-rate", "value": rate.description]) { page in
                    page.write(percent.text(places: 1) + " %")
                }
            } else {
                page.write("–")
            }
        }
        tile("Held on average", &page) { page in
            page.write(figures.averageHeld.map(PageTimes.text) ?? "–")
        }
        tile("Never filled", &page) { $0.count(figures.abandoned, id: "abandoned-deals") }
        tile("Open at \(endName)", &page) { $0.count(content.end.deals.count, id: "open-deals") }
    }

    private func writeMachineTiles(_ page: inout Markup) {
        tile("Orders", &page) { $0.count(figures.orders, id: "orders") }
        tile("Fills", &page) { $0.count(figures.fills, id: "fill-count") }
        tile("Refused orders", &page) { $0.count(figures.refusals, id: "refusal-count") }
        if gathered.signals.received > 0 {
            tile("Signals accepted", &page) { page in
                page.count(gathered.signals.accepted)
                page.write(" of \(atLeast)\(Markup.grouped(String(gathered.signals.received)))")
            }
        }
        tile("Unknown outcomes", &page) { leastCount(gathered.unknowns.total, id: "unknowns", &$0) }
        tile("Alarms", &page) { leastCount(gathered.alarms.total, id: "alarms", &$0) }
        tile("Unclean stops", &page) { leastCount(content.uncleanStops, id: "unclean-stops", &$0) }
        if gathered.commitSum.count > 0 {
            tile("Commits, 99 % within", &page) { page in
                page.write("\(gathered.commitSum.percentile99.milliseconds) ms")
            }
        }
    }

    /// A count of what single events tell.
    private func leastCount(_ count: Int, id: String, _ page: inout Markup) {
        page.write(atLeast)
        page.count(count, id: id)
    }

    private func tile(
        _ name: String,
        _ page: inout Markup,
        _ value: (inout Markup) -> Void
    ) {
        page.element("div") { page in
            page.element("dt", name)
            page.element("dd", value)
        }
    }

    private func writeBalances(_ page: inout Markup) {
        let (begin, end) = (content.begin, content.end)
        if end.assets.isEmpty { return }
        table(
            "Balances",
            [("asset", false), ("before", true), ("at \(endName)", true), ("change", true)]
                + [("locked", true)],
            end.assets.prefix(100).enumerated(),
            &page
        ) { row, asset in
            let id = AssetID(UInt16(asset.offset))
            let before = begin.balance(id)
            row.head(asset.element.name.cut)
            row.number(before.value)
            row.number(asset.element.balance.value)
            row.number((asset.element.balance - before).value, isResult: true)
            row.number(end.locked(id).value)
        }
    }
}
