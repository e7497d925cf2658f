import Engine
internal import Exchange
import Trading

/// Reads the outermost object and what concerns the run as a whole.
struct ConfigurationReader {
    /// What relative paths are relative to.
    let directory: String
    /// Whether it is read from a journal, which holds neither credentials nor their place.
    var isJournaled = false

    /// The configuration.
    ///
    /// Where something is wrong it is reported in the section, and what is
    /// returned is not to be used.
    func configuration(_ root: ConfigurationSection) -> Configuration? {
        let mode = root.choice("mode", of: RunMode.allCases.map { ($0.rawValue, $0) })
        let venue = venue(root.sectionOrDefaults("venue"), mode)
        let balances = balances(root)
        let book = root.sectionOrDefaults("book")
        let depth = book.integer("depth", in: 100...20_000, default: 4_000)
        book.finish()
        let limits = risk(root)
        let instruments = root.sections("instruments").map { section in
            instrument(section, bookDepth: depth, risk: limits)
        }
        let widestStop = instruments.map(\.plan.stopLossFraction).max() ?? .zero
        checkTogether(instruments, root)
        let signals = path("signals", root)
        let readsSignals = instruments.contains { instrument in
            if case .signals = instrument.plan.strategy { true } else { false }
        }
        if mode == .tape, readsSignals, signals == nil, !root.has("signals") {
            root.report("signals", "missing: an instrument has the strategy \"signals\"")
        }
        if let mode, mode != .tape, root.has("signals") {
            root.report("signals", "only on tapes: a running engine gets them by holdfast signal")
        }
        let journal = journal(root.sectionOrDefaults("journal"))
        let killSwitch = path("killSwitch", root)
        let signing = root.section("signing", isRequired: false).flatMap(signing)
        let log = log(root.sectionOrDefaults("log"), mode)
        root.finish()
        guard let mode, let venue, var risk = limits, let depth, let journal else { return nil }
        risk.stopLossFraction = widestStop
        return Configuration(
            mode: mode,
            venue: venue,
            balances: balances,
            instruments: instruments,
            signals: signals,
            risk: risk,
            bookDepth: depth,
            journal: journal,
            killSwitch: killSwitch,
            signing: signing,
            log: log
        )
    }

    private func path(_ key: String, _ section: ConfigurationSection) -> ConfiguredPath? {
        section.optionalText(key).map { written in ConfiguredPath(written, in: directory) }
    }

    private func venue(_ section: ConfigurationSection, _ mode: RunMode?) -> VenueSettings? {
        defer { section.finish() }
        let kind = section.choice(
            "kind",
            of: VenueKind.allCases.map { ($0.rawValue, $0) },
            default: .paper
        )
        let usual = TimeSpan(milliseconds: 20)
        let latency = section.timeSpan("latency", atLeast: .zero, default: usual)
        let reply = section.timeSpan("replyLatency", atLeast: .zero, default: usual)
        let window = section.timeSpan(
            "receiveWindow",
            atLeast: .second,
            atMost: TimeSpan(seconds: 60),
            default: TimeSpan(seconds: 5)
        )
        let port =
            section.has("local") ? section.integer("local", in: 1...65_535) : nil
        let credentials = section.section("credentials", isRequired: false).flatMap(credentials)
        let breaker = breaker(section.section("breaker", isRequired: false))
        guard let kind, let latency, let reply, let window else { return nil }
        if let mode, (mode == .tape) != (kind == .paper) {
            section.report(
                "kind",
                mode == .tape
                    ? "on tapes the venue is \"paper\""
                    : "must name a venue in mode \(mode.rawValue)"
            )
        }
        let isOnPaper = section.choice(
            "orders",
            of: [("paper", true), ("venue", false)],
            default: kind == .paper || !section.has("credentials")
        )
        guard let isOnPaper else { return nil }
        if isOnPaper == false, kind == .paper {
            section.report("orders", "the paper venue takes them on paper alone")
        }
        if isOnPaper == false, !section.has("credentials"), !isJournaled {
            section.report("credentials", "missing: they say where the key and its secret are")
        }
        return VenueSettings(
            kind: kind,
            latency: latency,
            replyLatency: reply,
            isOnPaper: isOnPaper,
            credentials: credentials,
            localPort: port,
            receiveWindow: window,
            breaker: breaker
        )
    }

    private func breaker(_ section: ConfigurationSection?) -> CircuitBreaker.Settings {
        defer { section?.finish() }
        let (window, coolDown) = (TimeSpan(seconds: 10), TimeSpan(seconds: 5))
        guard let section else {
            return CircuitBreaker.Settings(threshold: 5, window: window, coolDown: coolDown)
        }
        return CircuitBreaker.Settings(
            threshold: section.integer("threshold", in: 1...1000, default: 5) ?? 5,
            window: section.timeSpan("window", atLeast: .second, default: window) ?? window,
            coolDown: section.timeSpan("coolDown", atLeast: .second, default: coolDown) ?? coolDown
        )
    }

    private func credentials(_ section: ConfigurationSection) -> CredentialSettings? {
        defer { section.finish() }
        if section.has("file") {
            return path("file", section).map { .file($0) }
        }
        let key = section.text("keyVariable")
        let hidden = section.text("secretVariable")
        guard let key, let hidden else { return nil }
        return .environment(key: key, secret: hidden)
    }

    private func balances(_ root: ConfigurationSection) -> [StartingBalance] {
        guard let section = root.section("balances", isRequired: true) else { return [] }
        if section.keys.isEmpty { root.report("balances", "must name at least one asset") }
        return section.keys.sorted().compactMap { asset in
            // Reading the key makes it a known one; only what names an asset may be read.
            guard Self.isName(asset) else {
                section.report(asset, "expected an asset's name as \"USDT\", found \"\(asset)\"")
                return nil
            }
            return section.decimal(asset, .within(.zero, DecimalRange.largestAmount)).map {
                amount in
                StartingBalance(asset: asset, amount: Money(amount))
            }
        }
    }

    private func risk(_ root: ConfigurationSection) -> RiskParameters? {
        guard let section = root.section("risk", isRequired: true) else { return nil }
        defer { section.finish() }
        let some = DecimalRange.positive(upTo: DecimalRange.largestAmount)
        let any = DecimalRange.within(.zero, DecimalRange.largestAmount)
        let deals = section.integer("maximumOpenDeals", in: 1...1_000)
        let position = section.decimal("maximumPositionSize", some)
        let exposure = section.decimal("maximumExposure", some)
        let smallest = section.decimal("minimumOrderSize", any, default: .zero)
        let loss = section.decimal("maximumDailyLoss", any)
        let drawdown = section.decimal("maximumDrawdown", any)
        let rate = section.integer("maximumOrderRate", in: 1...10_000, default: 60)
        let window = section.timeSpan(
            "orderRateWindow",
            atLeast: TimeSpan(milliseconds: 1),
            default: TimeSpan(seconds: 60)
        )
        if let position, let exposure, position > exposure {
            section.report(
                "maximumPositionSize",
                "must not be above maximumExposure, which is \(exposure): it could not be reached"
            )
        }
        guard let deals, let position, let exposure, let smallest, let loss, let drawdown,
            let rate, let window
        else { return nil }
        return RiskParameters(
            maximumOpenDeals: deals,
            maximumPositionSize: Money(position),
            maximumExposure: Money(exposure),
            minimumOrderSize: Money(smallest),
            maximumDailyLoss: Money(loss),
            maximumDrawdown: Money(drawdown),
            stopLossFraction: .zero,
            maximumOrderRate: rate,
            orderRateWindow: window
        )
    }

    private func journal(_ section: ConfigurationSection) -> JournalSettings? {
        defer { section.finish() }
        let interval = section.timeSpan(
            "snapshotInterval",
            atLeast: .second,
            default: TimeSpan(seconds: 30)
        )
        let segment = section.byteCount("segmentLimit", in: 1 << 20...8 << 30, default: 1 << 30)
        let batch = section.integer("batchLimit", in: 1...65_536, default: 1_024)
        let state = path("stateDirectory", section)
        let backup = path("emergencyBackup", section)
        let reserve = section.byteCount("diskReserve", in: 0...1 << 40, default: 256 << 20)
        guard let interval, let batch else { return nil }
        return JournalSettings(
            snapshotInterval: interval,
            segmentLimit: segment,
            batchLimit: batch,
            stateDirectory: state,
            emergencyBackup: backup,
            diskReserve: reserve
        )
    }

    private func signing(_ section: ConfigurationSection) -> SigningSettings? {
        defer { section.finish() }
        let file = section.text("keyFile").map { ConfiguredPath($0, in: directory) }
        let every = section.timeSpan("every", atLeast: .second, default: TimeSpan(seconds: 300))
        guard let file, let every else { return nil }
        return SigningSettings(keyFile: file, every: every)
    }

    private func log(_ section: ConfigurationSection, _ mode: RunMode?) -> LogSettings {
        defer { section.finish() }
        // A tape can be read again; what happened at a venue cannot.
        let usual: LogLevel = mode == .tape ? .info : .debug
        let level = section.choice(
            "level",
            of: LogLevel.allCases.map { ($0.name, $0) },
            default: usual
        )
        return LogSettings(
            directory: path("directory", section),
            days: section.integer("days", in: 1...3_650, default: 30) ?? 30,
            dayLimit: section.byteCount("dayLimit", in: 1 << 20...1 << 40, default: 64 << 20),
            level: level ?? usual
        )
    }

    /// Whether a text can name an asset or an instrument.
    static func isName(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x2D, 0x5F: true
                default: false
                }
            }
    }

    /// What holds between instruments.
    private func checkTogether(_ instruments: [InstrumentSettings], _ root: ConfigurationSection) {
        for (number, instrument) in instruments.enumerated() where !instrument.symbol.isEmpty {
            let earlier = instruments[..<number]
            let twin = earlier.firstIndex { other in
                other.symbol == instrument.symbol && other.market == instrument.market
            }
            if let twin {
                root.report(
                    "instruments",
                    "[\(number)] and [\(twin)] are both \(instrument.symbol) on the same market"
                )
            }
        }
        let quotes = instruments.map(\.quote).filter { quote in !quote.isEmpty }
        if let first = quotes.first, let other = quotes.first(where: { $0 != first }) {
            root.report(
                "instruments",
                "one run settles in one quote asset; found \(first) and \(other)"
            )
        }
    }
}
