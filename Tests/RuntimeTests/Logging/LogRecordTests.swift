import Runtime
import Testing
import Trading

@Suite
struct `Log records` {
    private static let time = Timestamp(nanoseconds: 1_704_067_200_000_000_000)

    private static func record(_ fields: [LogField] = []) -> LogRecord {
        LogRecord(
            time: time,
            level: .warning,
            "order \"refused\"\n",
            trace: TraceID(7),
            event: SequenceNumber(9),
            cause: SequenceNumber(8),
            fields: fields
        )
    }

    @Test func `are one JSON object on one line, decimals as text`() throws {
        let record = Self.record([
            LogField("price", .decimal(try Decimal("0.10"))),
            LogField("count", .integer(-3)),
            LogField("isLive", .flag(false)),
            LogField("level", .text("\u{1}")),
        ])
        #expect(
            record.jsonLine
                == "{\"time\":\"2024-01-01T00:00:00Z\",\"level\":\"warning\","
                + "\"message\":\"order \\\"refused\\\"\\n\",\"trace\":\"7\",\"event\":\"9\","
                + "\"cause\":\"8\",\"price\":\"0.1\","
                + "\"count\":-3,\"isLive\":false,\"level_\":\"\\u0001\"}\n"
        )
    }

    @Test func `are one plain line for people, whatever they hold`() {
        let record = Self.record([LogField("reason", .text("too \u{1B}[31m many\nlines"))])
        let line = record.line(inColour: false)
        #expect(line.hasPrefix("2024-01-01T00:00:00Z warning order \"refused\"  reason="))
        #expect(line.hasSuffix(" trace=7\n"))
        #expect(line.filter { $0 == "\n" }.count == 1)
        #expect(!line.contains("\u{1B}"))
    }

    @Test func `are coloured only where it was asked for`() {
        #expect(Self.record().line(inColour: true).contains("\u{1B}[33mwarning\u{1B}[0m"))
        #expect(!Self.record().line(inColour: false).contains("\u{1B}"))
    }
}
