internal import Projections
internal import Trading

extension ReportPage {
    /// The starts of the engine, how each ended, and how long commits took.
    func writeEpochs(_ page: inout Markup) {
        section("epochs", "Epochs and commits", &page) { page in
            if let axis = content.axis, gathered.commitSum.count > 0 {
                page.element("figure") { page in
                    page.element("figcaption", "Time of a commit")
                    page.element("p", ["class": "sub"], commitWords)
                    LatencyChart(columns: gathered.commits.columns, axis: axis).write(to: &page)
                }
            } else {
                nothing("No commit was measured in the period", &page)
            }
            let epochs = gathered.epochs
            if epochs.rows.isEmpty { return }
            let count = shown(epochs.rows.count, of: epochs.total, "stat")
            table(
                "Epochs: \(count)",
                [("epoch", false), ("began", false), ("events", false), ("ended", false)]
                    + [("commits", true), ("median", true), ("99 %", true), ("longest", true)]
                    + [("program", false)],
                epochs.rows,
                &page
            ) { row, epoch in
                row.head("\(epoch.epoch)")
                row.time(epoch.began, times)
                let first = Markup.grouped("\(epoch.first)")
                row.text("\(first) to " + Markup.grouped("\(epoch.last)"))
                row.stop(content.stop(epoch))
                let commits = epoch.commits
                row.right(commits.map { Markup.grouped(String($0.count)) } ?? "–")
                for length in [commits?.median, commits?.percentile99, commits?.longest] {
                    row.right(length.map { "\($0.milliseconds) ms" } ?? "–")
                }
                row.text(epoch.program.cut)
            }
        }
    }

    private var commitWords: String {
        let sum = gathered.commitSum
        return "\(atLeast.isEmpty ? "" : "At least ")"
            + "\(Markup.grouped(String(sum.count))) were measured: half took "
            + "\(sum.median.milliseconds) ms at most, 99 of 100 took "
            + "\(sum.percentile99.milliseconds) ms at most (both within 3.2 %), the longest "
            + "\(sum.longest.milliseconds) ms. The scale is in powers of ten."
    }

    /// Alarms, errors, and outcomes that were not known.
    func writeTroubles(_ page: inout Markup) {
        section("troubles", "Errors and unknown outcomes", &page) { page in
            let (alarms, errors) = (gathered.alarms, gathered.errors)
            if alarms.total + errors.total == 0 { nothing("No error was recorded", &page) }
            if alarms.total > 0 {
                let count = shown(alarms.rows.count, of: alarms.total, "show --kind errorRecorded")
                notes("Alarms: \(count)", alarms.rows, &page)
            }
            if errors.total > 0 {
                let count = shown(errors.rows.count, of: errors.total, "show --kind errorRecorded")
                notes("Errors and warnings: \(count)", errors.rows, &page)
            }
            writeUnknowns(&page)
        }
    }

    private func writeUnknowns(_ page: inout Markup) {
        let unknowns = gathered.unknowns
        if unknowns.total == 0 {
            return nothing("The outcome of every request was known", &page)
        }
        let count = shown(unknowns.rows.count, of: unknowns.total, "show --kind outcomeUnknown")
        table(
            "Requests whose outcome was not known: \(count)",
            [("event", false), ("time", false), ("order", true), ("request", false)]
                + [("why", false), ("known again", false), ("by what evidence", false)],
            unknowns.rows,
            &page
        ) { row, unknown in
            row.head("\(unknown.sequence)")
            row.time(unknown.time, times)
            row.right("\(unknown.order)")
            row.text(unknown.what.cut)
            row.prose(unknown.why)
            if let resolved = unknown.resolvedAt {
                row.time(resolved, times)
                row.prose(unknown.evidence ?? "–")
            } else {
                let isUnknown = content.end.orders[unknown.order]?.isUnknown ?? false
                row.text(isUnknown ? "not yet" : "by its answer")
                row.text("–")
            }
        }
    }
}

extension TableRow {
    /// A cell that says how an epoch ended; a bad end has a sign of its own.
    fileprivate mutating func stop(_ words: String) {
        cell { cell in
            if words == "unclean" {
                cell.element("b", ["class": "loss"], "✕ unclean")
            } else {
                cell.write(words)
            }
        }
    }
}
