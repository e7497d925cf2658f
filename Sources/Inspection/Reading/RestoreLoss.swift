internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// What a restore loses, as far as anything on this machine tells.
struct RestoreLoss {
    let survey: RestoreSurvey
    /// What a person has to know whether or not something is lost.
    private(set) var remarks: [String] = []

    /// The trading state that both histories share.
    private var shared = TradingState()
    /// Orders that were open then: their fate is what is lost.
    private var openOrders: [Order] = []
    private var events = 0
    private var unreadable = 0
    private var kinds: [String: Int] = [:]
    private var orders: [String] = []
    private var fills: [String] = []
    private let codec = EventCodec()

    /// How many orders and fills are listed in JSON, and how many are shown to people, each.
    private static let listed = 10_000
    private static let shown = 20

    /// Finds out what is lost.
    ///
    /// - Parameters:
    ///   - survey: How far the histories go together.
    ///   - backup: The backup's directory.
    ///   - journal: What is to be replaced; read by plain reads, for it may be damaged.
    /// - Throws: `JournalError` and `ReplayFailure` where the backup cannot be replayed.
    init(_ survey: RestoreSurvey, backup: String, journal: String) throws {
        self.survey = survey
        remark()
        guard survey.isRollback else { return }
        let states = try StateReader(JournalReader.open(backup))
        let point = survey.sharedUpTo.map { ReplayPoint.sequence($0) } ?? .head
        shared = try states.replay(to: point).replay.state
        openOrders = shared.orders.ordered.filter { $0.isLive || $0.isUnknown }
        if survey.standing != .nothing { try look(journal) }
    }

    private mutating func remark() {
        switch survey.standing {
        case .nothing where !survey.hasOuterWitness:
            remarks.append(
                "no witness on this machine knows this journal: whether the backup holds its "
                    + "newest state cannot be proven here. Compare with the venue before trading"
            )
        case .damaged(let meaning):
            remarks.append("what stands there is damaged: \(meaning)")
            if survey.isEndUnknown {
                remarks.append("no witness tells where it ended: what it held may be lost")
            }
        default: break
        }
    }

    /// Counts the events that only the replaced journal holds.
    private mutating func look(_ journal: String) throws {
        let begin = survey.sharedUpTo ?? survey.head.sequence
        var names = shared
        var isNamed = true
        let found = try SalvageSurvey(of: journal)
        guard found.journalID == survey.journalID else { return }
        unreadable += found.gaps.count { $0.last > begin }
        try found.forEachBatch(from: begin + 1) { (batch) throws(JournalError) in
            batch.forEachEvent { view in
                guard view.sequence > begin else { return }
                events += 1
                do throws(ReplayFailure) {
                    let envelope = try Replay.envelope(view, codec)
                    take(envelope, names)
                    guard isNamed else { return }
                    do throws(FoldFailure) { try names.fold(envelope) } catch { isNamed = false }
                } catch {
                    unreadable += 1
                }
            }
            return .proceed
        }
    }

    private mutating func take(_ envelope: EventEnvelope, _ names: TradingState) {
        kinds[envelope.event.kind.name, default: 0] += 1
        let line =
            "\(envelope.sequence)  \(envelope.time)  "
            + EventWords(state: names).text(envelope)
        switch envelope.event {
        case .orderIntended: orders.append(line)
        case .orderFilled: fills.append(line)
        default: break
        }
    }

    /// The kinds, the most frequent first.
    private var sortedKinds: [(name: String, count: Int)] {
        kinds.map { (name: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.name) < ($0.count, $1.name) }
    }

    private var epochs: [UInt32] {
        guard survey.lastEpoch > survey.head.epoch else { return [] }
        return ((survey.head.epoch + 1)...survey.lastEpoch).suffix(TradingState.epochCapacity)
    }
}

extension RestoreLoss {
    /// The loss for people; nothing where nothing is lost.
    var lines: [String] {
        guard survey.isRollback else { return [] }
        var lines = [
            "the backup ends with event \(survey.head.sequence), epoch "
                + "\(survey.head.epoch), chain \(survey.head.chainHash)"
        ]
        for known in latest {
            lines.append(
                "  \(known.path) knows event \(known.sequence)"
                    + (known.epoch == 0 ? "" : ", epoch \(known.epoch)")
                    + ", chain \(known.chainHash)"
            )
        }
        if let lost = survey.lost {
            let first = survey.sharedUpTo == nil ? "from some event before" : "from event"
            let begin = survey.sharedUpTo == nil ? survey.head.sequence + 1 : lost.lowerBound
            lines.append(
                "lost: \(first) \(begin) to event \(lost.upperBound)"
                    + (epochs.isEmpty ? "" : "; epochs \(list(epochs.map { "\($0)" }))")
            )
        }
        lines += section(
            "open at event \(shared.head), with a fate that the backup does not know",
            openOrders.map { order in
                let id = shared.clientOrderID(of: order)?.description ?? "of a forgotten epoch"
                return "\(order.id)  \(id)  \(shared.name(of: order.terms.instrument))  "
                    + "\(order.role.name): \(order.terms.words)\(order.terms.limitWords), "
                    + order.status.name
            }
        )
        guard survey.standing != .nothing else { return lines }
        let rows = [["kind", "events"]] + sortedKinds.map { [$0.name, "\($0.count)"] }
        lines.append("held by what is replaced and not by the backup: \(events) events")
        if events > 0 { lines += Text.table(rows) }
        if unreadable > 0 { lines.append("  and \(unreadable) places that cannot be read") }
        return lines + section("orders", orders) + section("fills", fills)
    }

    /// The latest that each of the witnesses knows.
    private var latest: [KnownHead] {
        let lost = survey.known.filter(\.isLost)
        return lost.indices.filter { place in
            !lost.contains { $0.path == lost[place].path && $0.sequence > lost[place].sequence }
                && !lost[..<place].contains(lost[place])
        }.map { lost[$0] }
    }

    private func section(_ title: String, _ entries: [String]) -> [String] {
        var lines = ["\(title): \(entries.isEmpty ? "none" : "\(entries.count)")"]
        lines += entries.prefix(Self.shown).map { "  " + $0 }
        if entries.count > Self.shown {
            lines.append("  … and \(entries.count - Self.shown) more, which --json lists")
        }
        return lines
    }

    private func list(_ words: [String]) -> String { words.joined(separator: ", ") }

    /// The loss field by field; null where nothing is lost.
    var document: Document {
        guard survey.isRollback else { return .null }
        let known = survey.known.filter(\.isLost).map { known -> Document in
            [
                "path": .text(known.path), "sequence": .count(known.sequence),
                "epoch": .number(UInt64(known.epoch)), "chainHash": .text(known.chainHash),
            ]
        }
        let open = openOrders.map { order -> Document in
            [
                "id": .count(order.id.rawValue),
                "clientOrderId": .optional(shared.clientOrderID(of: order)),
                "symbol": .text(shared.name(of: order.terms.instrument)),
                "role": .text(order.role.name), "status": .text(order.status.name),
            ]
        }
        return [
            "sharedUpTo": .number(survey.sharedUpTo),
            "first": .number(survey.lost?.lowerBound), "last": .number(survey.lost?.upperBound),
            "epochs": .list(epochs.map { .count($0) }), "known": .list(known),
            "openOrders": .list(open), "events": .count(events),
            "unreadable": .count(unreadable),
            "kinds": .list(
                sortedKinds.map { ["kind": .text($0.name), "count": .count($0.count)] }
            ),
            "orders": .list(orders.prefix(Self.listed).map { .text($0) }),
            "fills": .list(fills.prefix(Self.listed).map { .text($0) }),
        ]
    }
}
