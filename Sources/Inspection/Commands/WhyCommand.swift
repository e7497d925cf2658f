internal import Journal
internal import Projections
internal import Runtime
internal import Trading

/// Says why an order was sent, or refused, and what came of it.
struct WhyCommand: Command {
    static let syntax = CommandSyntax(
        "why",
        summary: "Says why an order was sent or refused, and what came of it.",
        discussion: """
            From the market input and the signal through the strategy's score, the limits with \
            their figures, intent, commit, answers and fills to the deal's end, with the values \
            seen at the time. Limits are judged again from the state before the decision; where \
            that gives another verdict than the journal, the exit status is 1.

            ORDER is an order's number, its client order id, or the number of a refusal.
            """,
        options: [
            OptionSyntax(
                "deal",
                "ID",
                .integer(1...Int.max),
                summary: "a deal with all its orders, in place of ORDER"
            )
        ],
        positionals: [
            PositionalSyntax("ORDER", isRequired: false, summary: "the order")
        ]
    )

    /// What is asked about.
    private enum Question {
        case order(UInt64)
        case client(ClientOrderID)
        case deal(UInt64)
    }

    private let question: Question
    private let isJSON: Bool

    init(_ options: ParsedArguments) throws(UsageMistake) {
        isJSON = options.has("json")
        switch (options.positionals.first, options.integer("deal")) {
        case (nil, nil): throw UsageMistake("needs ORDER, or --deal ID")
        case (.some, .some): throw UsageMistake("takes ORDER or --deal ID, not both")
        case (nil, let deal?): question = .deal(UInt64(deal))
        case (let text?, nil):
            if let number = UInt64(text), number > 0 {
                question = .order(number)
            } else if let id = ClientOrderID(text) {
                question = .client(id)
            } else {
                throw UsageMistake(
                    "ORDER is a number or a client order id, found \"\(text)\""
                )
            }
        }
    }

    func run(_ context: CommandContext) throws -> Int32 {
        let states = try StateReader(context)
        let subject: WhyReport.Subject
        let sequence: UInt64
        switch question {
        case .deal(let id):
            sequence = id
            subject = .deal(DealID(id))
            try EventSearch(states.reader).requireDeal(id)
        case .order(let id):
            sequence = id
            subject = try EventSearch(states.reader).order(id)
        case .client(let id):
            sequence = id.order.rawValue
            subject = .order(try EventSearch(states.reader).order(id))
        }
        let root = try states.reader.root(of: sequence)
        let kinds = [EventKind.dealOpened, .orderRefused, .orderIntended].map(\.rawValue)
        let story = try Story(from: root, in: states) { kinds.contains($0.kind) }
        let hash = story.origin.configurationHash
        let report = try WhyReport(
            subject,
            story,
            try JournaledConfiguration(
                hash,
                in: states.reader,
                to: sequence,
                bundled: context.source.configuration()
            )
        )
        if case .client(let id) = question {
            try EventSearch.requireSame(id, report.orders.first?.clientOrderID)
        }
        for remark in Set(states.remarks).sorted() { context.console.message(remark) }
        if isJSON {
            try context.console.line(WhyDocument(report: report).document.json)
        } else {
            for line in WhyPage.lines(report) { try context.console.line(line) }
        }
        if let end = story.readingEnd { context.console.message(end) }
        return report.contradiction == nil && story.readingEnd == nil ? 0 : 1
    }
}
