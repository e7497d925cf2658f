import Exchange
import LocalExchange
import Runtime
import Trading

/// Reads a script of trouble that the local exchange makes on purpose.
enum FaultsFile {
    /// Reads a file.
    ///
    /// - Throws: Everything that is wrong with it, in one failure.
    static func read(_ file: String) throws(ConfigurationFailure) -> [FaultRule] {
        let problems = ConfigurationProblems()
        let root = try ConfigurationSection(
            try TextFile.bytes(of: file),
            file: file,
            problems: problems
        )
        let rules = root.sections("faults").compactMap(rule)
        root.finish()
        guard problems.inOrder.isEmpty else {
            throw ConfigurationFailure(file: file, problems: problems.inOrder)
        }
        return rules
    }

    private static func rule(_ section: ConfigurationSection) -> FaultRule? {
        defer { section.finish() }
        let skip = section.integer("skip", in: 0...1_000_000_000, default: 0)
        let times = section.integer("times", in: 1...1_000_000_000, default: 1)
        let place = place(section)
        let action = action(section)
        guard let skip, let times, let place, let action else { return nil }
        let rule = FaultRule(place, skip: skip, times: times, action)
        if !rule.isPossible {
            section.report("do", "cannot happen there; the documentation has a table")
        }
        return rule
    }

    private static func place(_ section: ConfigurationSection) -> FaultRule.Place? {
        let places = ["request", "message", "after"].filter(section.has)
        guard places.count == 1 else {
            section.report("request", "one of \"request\", \"message\" and \"after\" says where")
            return nil
        }
        switch places[0] {
        case "request":
            let method = section.choice(
                "method",
                of: ["GET", "POST", "PUT", "DELETE"].map { ($0, $0) },
                default: ""
            )
            return section.text("request").map { text in
                .request(method: method?.isEmpty == false ? method : nil, containing: text)
            }
        case "message": return section.text("message").map { .message(containing: $0) }
        default: return section.timeSpan("after", atLeast: .zero).map { .moment($0) }
        }
    }

    private static func filters(_ section: ConfigurationSection) -> FilterChange? {
        let venue = section.choice("venue", of: VenueMarket.allCases.map { ($0.name, $0) })
        let symbol = section.text("symbol")
        guard let venue, let symbol else { return nil }
        let keys = [
            "priceTick", "quantityStep", "minimumQuantity", "maximumQuantity", "minimumNotional",
            "trading",
        ]
        guard keys.contains(where: section.has) else {
            section.report("do", "changes nothing: name one of \(keys.joined(separator: ", "))")
            return nil
        }
        func amount(_ key: String, _ range: DecimalRange) -> Decimal? {
            section.has(key) ? section.decimal(key, range) : nil
        }
        var change = FilterChange(venue: venue, symbol: symbol)
        change.priceTick = amount("priceTick", .positive()).map { Price($0) }
        change.quantityStep = amount("quantityStep", .positive()).map { Quantity($0) }
        change.minimumQuantity = amount("minimumQuantity", .positive()).map { Quantity($0) }
        change.maximumQuantity = amount("maximumQuantity", .positive()).map { Quantity($0) }
        let worth = DecimalRange.within(.zero, DecimalRange.billion)
        change.minimumNotional = amount("minimumNotional", worth).map { Money($0) }
        if section.has("trading") { change.isTrading = section.flag("trading", default: true) }
        return change
    }

    private static func jump(_ section: ConfigurationSection) -> PriceJump? {
        let venue = section.choice("venue", of: VenueMarket.allCases.map { ($0.name, $0) })
        let symbol = section.text("symbol")
        let furthest = DecimalRange.billion
        let distance = section.decimal("by", .within(-furthest, furthest))
        guard let venue, let symbol, let distance else { return nil }
        if distance == .zero { section.report("by", "must not be 0: up above it, down below") }
        return PriceJump(venue: venue, symbol: symbol, distance: Price(distance))
    }

    private static func action(_ section: ConfigurationSection) -> FaultRule.Action? {
        let words = [
            "loseAnswer", "loseRequest", "delay", "tooMany", "banned", "serverError",
            "duplicate", "swap", "drop", "disconnect", "drift", "maintenance", "forget", "filters",
            "jump",
        ]
        guard let word = section.choice("do", of: words.map { ($0, $0) }) else { return nil }
        switch word {
        case "loseAnswer": return .loseAnswer
        case "loseRequest": return .loseRequest
        case "duplicate": return .duplicate
        case "swap": return .swap
        case "drop": return .drop
        case "disconnect": return .disconnect
        case "serverError":
            let status = section.integer("status", in: 500...599, default: 502) ?? 502
            let isDone = section.flag("done", default: false)
            return .trouble(.serverError(status: status), isDone: isDone)
        case "filters": return filters(section).map { .filters($0) }
        case "jump": return jump(section).map { .jump($0) }
        case "drift":
            let ahead = section.flag("behind", default: false) ? -1 : 1
            return section.timeSpan("by", atLeast: .zero).map { span in
                .drift(TimeSpan(nanoseconds: span.nanoseconds * Int64(ahead)))
            }
        default:
            guard let span = section.timeSpan("by", atLeast: .zero) else { return nil }
            switch word {
            case "delay": return .delay(span)
            case "forget": return .forget(span)
            case "tooMany": return .trouble(.tooMany(retryAfter: span), isDone: false)
            case "banned": return .trouble(.banned(retryAfter: span), isDone: false)
            default: return .maintenance(span)
            }
        }
    }
}
