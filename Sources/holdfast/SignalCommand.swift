import Platform
import Runtime

/// `holdfast signal`: hands scored signals to a running engine.
enum SignalCommand {
    static let syntax = CommandSyntax(
        "signal",
        summary: "Hands scored signals to a running engine, and tells what became of each.",
        discussion:
            "A signal is an event before it has an effect, and the answer is its verdict. One that "
            + "got no answer may be sent again: the same id is acted on once. With --from there "
            + "is one JSON object a line, as in a file of signals, and an answer for each. Ends "
            + "with 1 where one was not accepted, also not before.",
        options: [
            OptionSyntax("journal", "DIR", summary: "the journal of the engine (./journal)"),
            OptionSyntax("id", "TEXT", summary: "unique for its sender"),
            OptionSyntax("symbol", "NAME", summary: "the instrument's symbol or name"),
            OptionSyntax("side", "SIDE", summary: "buy or sell"),
            OptionSyntax("score", "DECIMAL", summary: "0 to 100"),
            OptionSyntax("time", "TIME", summary: "when it was made, in UTC (now)"),
            OptionSyntax("note", "TEXT", summary: "kept with it"),
            OptionSyntax("from", "FILE", summary: "many, from this file; - is standard input"),
            .flag("json", summary: "prints a line of JSON for each"),
        ]
    )

    private static let fields = ["id", "symbol", "side", "score", "time", "note"]

    static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let texts = fields.compactMap { key in arguments.text(key).map { (key: key, text: $0) } }
        var desk = SignalDesk(
            journal: arguments.text("journal") ?? "journal",
            printsJSON: arguments.has("json")
        )
        guard let path = arguments.text("from") else {
            try desk.hand([.signal(try signal(texts))])
            return desk.status
        }
        if let (key, _) = texts.first {
            throw RunFailure("--\(key) and --from exclude each other: it stands in the file")
        }
        let input = try LineInput(path: path)
        var number = 0
        while let lines = try input.next() {
            var items: [SignalDesk.Item] = []
            for line in lines {
                number += 1
                if line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) {
                    items.append(SignalDesk.item(line, number: number))
                }
            }
            try desk.hand(items)
        }
        return desk.status
    }

    private static func signal(_ texts: [(key: String, text: String)]) throws -> SignalLine {
        do throws(ConfigurationFailure) {
            return try SignalLine(texts, from: "")
        } catch {
            throw RunFailure("this is no signal: \(error.words)")
        }
    }
}

/// Sends signals in small groups, so that the engine can take each at once.
private struct SignalDesk {
    enum Item {
        case signal(SignalLine)
        case wrong(String)
    }

    let journal: String
    let printsJSON: Bool
    private(set) var status: Int32 = 0
    private var client: ControlClient?

    /// As many as are under way at once; several senders together stay below the engine's bound.
    private static let mostUnderWay = 32

    init(journal: String, printsJSON: Bool) {
        self.journal = journal
        self.printsJSON = printsJSON
    }

    static func item(_ line: [UInt8], number: Int) -> Item {
        do throws(ConfigurationFailure) {
            return .signal(try SignalLine(line, from: ""))
        } catch {
            return .wrong("line \(number): \(error.words)")
        }
    }

    mutating func hand(_ items: [Item]) throws {
        var rest = items[...]
        while !rest.isEmpty {
            let group = rest.prefix(Self.mostUnderWay)
            rest = rest.dropFirst(group.count)
            let requests = group.compactMap { item -> ControlMessage? in
                guard case .signal(let signal) = item else { return nil }
                return signal.request
            }
            var answers = try requests.isEmpty ? [] : ask(requests)
            for item in group {
                switch item {
                case .signal(let signal): try tell(answers.removeFirst(), of: signal.id)
                case .wrong(let reason): try tell(.refusal(reason), of: "")
                }
            }
        }
    }

    private mutating func ask(_ requests: [ControlMessage]) throws -> [ControlMessage] {
        let client = try client ?? ControlClient(journal)
        self.client = client
        return try client.ask(requests)
    }

    private mutating func tell(_ answer: ControlMessage, of id: String) throws {
        let verdict = answer.text("verdict")
        let isAccepted = "accepted" == (answer.text("first") ?? verdict)
        if !answer.isDone || !isAccepted || answer.text("refusal") != nil { status = 1 }
        guard !printsJSON else { return try Console.say(answer.json) }
        guard answer.isDone else {
            return try Console.say((id.isEmpty ? "" : "\(id): ") + (answer.text("reason") ?? ""))
        }
        var words = "\(id): \(verdict ?? "")"
        if let first = answer.text("first") { words += ", the first was \(first)" }
        if let deal = answer.number("opens") { words += ", opens deal \(deal)" }
        if let deal = answer.number("closes") { words += ", closes deal \(deal)" }
        if let refusal = answer.text("refusal") { words += ", refused: \(refusal)" }
        try Console.say(words)
    }
}
