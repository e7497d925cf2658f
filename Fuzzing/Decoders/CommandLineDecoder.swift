import Runtime

@testable import Inspection

/// Command lines, of which nothing is run; the words are divided by line feeds.
final class CommandLineDecoder: Decoder {
    private let tool = JournalTool.syntax(
        program: "journalctl",
        version: "1.2.3"
    )

    init(scratch: String) {}

    func take(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        let words = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        do {
            guard case .command(let name, let arguments) = try tool.parse(words) else { return }
            try build(name, arguments)
        } catch let error as UsageFailure {
            try require(!"\(error)".isEmpty, "a refusal has words")
        }
    }

    private func build(_ name: String, _ arguments: ParsedArguments) throws(Contradiction) {
        guard let command = JournalTool.commands.first(where: { $0.syntax.name == name }) else {
            throw Contradiction("a command that is understood is there")
        }
        do throws(UsageMistake) {
            _ = try command.init(arguments)
        } catch {
            try require(!error.message.isEmpty, "a mistake has words")
        }
    }
}
