import FoundationEssentials
import Runtime
import Testing

/// The parser against Foundation's: what one takes, the other takes.
@Suite
struct `The parser and Foundation` {
    /// Takes any JSON value and keeps nothing of it.
    ///
    /// Foundation looks at numbers and escapes only when they are asked for.
    private struct Anything: Decodable {
        init(from decoder: any Decoder) throws {
            if (try? decoder.container(keyedBy: AnyKey.self)) != nil {
                _ = try [String: Anything](from: decoder)
            } else if var list = try? decoder.unkeyedContainer() {
                while !list.isAtEnd { _ = try list.decode(Anything.self) }
            } else {
                let value = try decoder.singleValueContainer()
                if value.decodeNil() || (try? value.decode(Bool.self)) != nil { return }
                if (try? value.decode(String.self)) != nil { return }
                _ = try value.decode(Double.self)
            }
        }
    }

    private struct AnyKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private func foundationTakes(_ text: String) -> Bool {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        return (try? decoder.decode(Anything.self, from: Data(text.utf8))) != nil
    }

    /// Whether the text passes as syntax, whatever it says as a configuration.
    private func parserTakes(_ text: String) -> Bool {
        do {
            _ = try Sample.parse("{ \"value\": \(text) }")
            return true
        } catch {
            return error.problems.allSatisfy { problem in !problem.path.isEmpty }
        }
    }

    @Test(arguments: [
        "{}", "[]", "[1,2,]", "{a:1,}", "'a'", "\"a\\n\"", "\"\\u0041\"", "\"\\uD83D\\uDE00\"",
        "+1", "-1.5e3", ".5", "5.", "0x1F", "true", "null", "{'a b':1,$c:2,_d:3}",
        "[1 /* one */, // two\n 2]", "\"a\\\nb\"",
        "", "{", "[1", "{a}", "{a:}", "{:1}", "[,]", "{,}", "[1,,2]", "\"a", "tru", "1 2",
        "{a:1 b:2}",
        "0x", "1e", "--1", "\"\\uD83D\"", "/* a", "{1:2}", "01",
    ])
    func `agree on what is JSON5`(text: String) {
        #expect(parserTakes(text) == foundationTakes("{ \"value\": \(text) }"))
    }
}
