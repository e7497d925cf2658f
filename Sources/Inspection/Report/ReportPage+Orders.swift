internal import Projections
internal import Trading

extension ReportPage {
    /// Orders that were refused, here and at the venue.
    func writeRefusals(_ page: inout Markup) {
        section("refusals", "Refused orders", &page) { page in
            let rows = gathered.refusals.rows
            if rows.isEmpty {
                nothing("No order was refused before it left", &page)
            } else {
                writeRefusalSums(&page)
                writeRefusalRows(&page)
            }
            let venue = gathered.venueRefusals
            if venue.total > 0 {
                let count = shown(venue.rows.count, of: venue.total, "show --kind orderRejected")
                notes("Refused by the venue: \(count)", venue.rows, &page)
            }
        }
    }

    private func writeRefusalSums(_ page: inout Markup) {
        let sums = Refusal.allCases.compactMap { reason -> (Refusal, Int)? in
            let count = gathered.refusalCounts[Int(reason.rawValue)]
            return count == 0 ? nil : (reason, count)
        }
        table(
            "Why orders did not leave\(asFarAsRead)",
            [("reason", false), ("orders", true)],
            sums.sorted { $0.1 > $1.1 },
            &page
        ) { row, entry in
            row.head(entry.0.name)
            row.right(Markup.grouped(String(entry.1)))
        }
    }

    private func writeRefusalRows(_ page: inout Markup) {
        let refusals = gathered.refusals
        let count = shown(refusals.rows.count, of: refusals.total, "show --kind orderRefused")
        table(
            "Refused before they left: \(count)",
            [("event", false), ("time", false), ("instrument", false), ("order", false)]
                + [("quantity", true), ("at", true), ("reason", false), ("limit", true)]
                + [("would be", true)],
            refusals.rows,
            &page
        ) { row, refusal in
            let it = refusal.refused
            let filters = content.end.instrument(it.terms.instrument)?.filters
            row.head("\(refusal.sequence)")
            row.time(refusal.time, times)
            row.text(refusal.symbol.cut)
            row.text("\(it.role.name), \(it.terms.side.name) \(it.terms.type.name)")
            row.number(it.terms.quantity.value, places: filters?.quantityPlaces ?? 8)
            let price = it.terms.price.isZero ? nil : it.terms.price.value
            row.number(price, places: filters?.pricePlaces ?? 8)
            row.text(it.refusal.name)
            row.number(it.limit)
            row.number(it.actual)
        }
    }

    /// A table of what is told in words.
    func notes(_ caption: String, _ rows: ArraySlice<NoteRow>, _ page: inout Markup) {
        table(
            caption,
            [("event", false), ("time", false), ("kind", false), ("what", false)],
            rows,
            &page
        ) { row, note in
            row.head("\(note.sequence)")
            row.time(note.time, times)
            row.text(note.label)
            row.prose(note.text)
        }
    }

    /// The limits, and the most that was used of each.
    func writeLimits(_ page: inout Markup) {
        section("limits", "Limits and how much of them was used", &page) { page in
            table(
                "Limits at the end, and the most used in the period, in \(currency)\(asFarAsRead)",
                [("limit", false), ("allowed", true), ("most used", true), ("share", false)],
                limitRows,
                &page
            ) { row, limit in
                row.head(limit.name)
                row.number(limit.isOff ? nil : limit.allowed)
                row.number(limit.used)
                row.share(limit.isOff ? nil : limit.used, of: limit.allowed)
            }
            let changes = gathered.limits.changes
            if changes > 1 {
                let text = "The limits were set \(changes) times in the period; shares are of "
                none(text + "those at its end.", &page)
            }
        }
    }

    private struct LimitRow {
        let name: String
        let allowed: Decimal
        let used: Decimal
        var isOff = false
    }

    private var limitRows: [LimitRow] {
        let (risk, use) = (content.end.risk, gathered.limits)
        let window = PageTimes.text(risk.orderRateWindow)
        return [
            LimitRow(
                name: "open deals",
                allowed: Decimal(risk.maximumOpenDeals),
                used: Decimal(use.openDeals)
            ),
            LimitRow(
                name: "held in one instrument",
                allowed: risk.maximumPositionSize.value,
                used: use.position.value
            ),
            LimitRow(
                name: "held and asked for in all",
                allowed: risk.maximumExposure.value,
                used: use.exposure.value
            ),
            LimitRow(
                name: "loss of a day",
                allowed: risk.maximumDailyLoss.value,
                used: use.dayLoss.value,
                isOff: risk.maximumDailyLoss.isZero
            ),
            LimitRow(
                name: "drawdown",
                allowed: risk.maximumDrawdown.value,
                used: use.drawdown.value,
                isOff: risk.maximumDrawdown.isZero
            ),
            LimitRow(
                name: "orders within \(window)",
                allowed: Decimal(risk.maximumOrderRate),
                used: Decimal(use.requests)
            ),
        ]
    }

    /// What an operator did, and what was set.
    func writeOperations(_ page: inout Markup) {
        section("operations", "Operator and settings", &page) { page in
            let operators = gathered.operators
            if operators.total == 0 {
                nothing("Nobody intervened, and nothing was set", &page)
            } else {
                let count = shown(operators.rows.count, of: operators.total, "show")
                notes("Interventions and settings: \(count)", operators.rows, &page)
            }
            if gathered.checkpoints > 0 {
                let count = Markup.counted(gathered.checkpoints, "checkpoint", "checkpoints")
                nothing("\(count) of the hash chain signed", &page)
            }
        }
    }
}

extension TableRow {
    /// A cell with a bar and the share in percent; nothing where there is no limit.
    fileprivate mutating func share(_ used: Decimal?, of allowed: Decimal) {
        guard let used, allowed.units > 0 else { return text("no limit") }
        let percent = used.scaled(by: Decimal(100), over: allowed, .halfEven)
        let width = Double(min(max(percent.units, 0), Decimal(100).units)) / 1e20
        cell { cell in
            cell.element("span", ["class": "gauge", "aria-hidden": "true"]) { bar in
                let kind = percent > Decimal(100) ? "over" : "used"
                let style = "width:\(Geometry.percent(width))"
                bar.element("span", ["class": kind, "style": style], "")
            }
            cell.write(" " + percent.text(places: 1) + " %")
        }
    }
}
