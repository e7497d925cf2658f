import Foundation
import Platform
import Testing

@testable import Inspection

@Suite struct `A redactor` {
    private let redactor = Redactor([], home: nil, host: nil)

    private func redacted(_ text: String) -> String {
        String(decoding: redactor.redact(Array(text.utf8), isForeign: true).text, as: UTF8.self)
    }

    @Test(arguments: [
        (#"{"apiKeys":["A1","B2"],"x":1}"#, #"{"apiKeys":["[redacted]","[redacted]"],"x":1}"#),
        (
            #"{"apiSecret":{"value":"A1","of":{"n":12}},"x":"y"}"#,
            #"{"apiSecret":{"value":"[redacted]","of":{"n":"[redacted]"}},"x":"y"}"#
        ),
        (#"{"token":12345,"x":1}"#, #"{"token":"[redacted]","x":1}"#),
        (#"{"token":null,"hasToken":true}"#, #"{"token":null,"hasToken":true}"#),
        (#"{"password":"it's \"A1\"","x":1}"#, #"{"password":"[redacted]","x":1}"#),
        (#"{"secret":"","x":"y"}"#, #"{"secret":"","x":"y"}"#),
        (#"{"secret":[],"x":"y"}"#, #"{"secret":[],"x":"y"}"#),
        (#"{"path":"/a?token=","x":"y"}"#, #"{"path":"/a?token=","x":"y"}"#),
        (#"{"path":"/a?token=A1","x":"y"}"#, #"{"path":"/a?token=[redacted]","x":"y"}"#),
        (
            #"{"body":"{\"apiKeys\":[\"A1\",\"B2\"],\"pin\":{\"token\":7}}","x":"y"}"#,
            #"{"body":"{\"apiKeys\":[\"[redacted]\",\"[redacted]\"],"#
                + #"\"pin\":{\"token\":\"[redacted]\"}}","x":"y"}"#
        ),
        (
            #"{"body":"{\"apiKeys\":[\"A1\",\"B2","x":"y"}"#,
            #"{"body":"{\"apiKeys\":[\"[redacted]\",\"[redacted]","x":"y"}"#
        ),
        (
            #"{"header":"Authorization: Token A1 B2","x":"y"}"#,
            #"{"header":"Authorization: [redacted]","x":"y"}"#
        ),
        (
            #"{"header":"Authorization: Digest name=\"A1\", response=\"B2\"","x":"y"}"#,
            #"{"header":"Authorization: [redacted]","x":"y"}"#
        ),
        (
            #"{"header":"Authorization: Basic QTEy=","x":"y"}"#,
            #"{"header":"Authorization: [redacted]","x":"y"}"#
        ),
        (
            #"{"Authorization":["Token A1"],"x":"y"}"#, #"{"Authorization":["[redacted]"],"x":"y"}"#
        ),
        (
            #"{"url":"https://user:A1@host/a@b","x":"https:\/\/A1:B2@host\/"}"#,
            #"{"url":"https://[redacted]@host/a@b","x":"https:\/\/[redacted]@host\/"}"#
        ),
    ]) func `takes values out of JSON, which stays JSON`(text: String, clean: String) throws {
        #expect(redacted(text) == clean)
        if clean.hasSuffix("}") {
            _ = try JSONSerialization.jsonObject(with: Data(redacted(text).utf8))
        }
    }

    @Test(arguments: [
        ("Authorization: Token A1 B2\nnext", "Authorization: [redacted]\nnext"),
        ("curl -H 'Authorization: Token A1 B2' -v", "curl -H 'Authorization: [redacted]' -v"),
        (
            "Authorization: Digest username=\"A1\", response=\"B2\"\nnext",
            "Authorization: [redacted]\nnext"
        ),
        ("Cookie: a=A1; b=B2\nnext", "Cookie: [redacted]\nnext"),
        ("X-Auth-Token: Token A1\nnext", "X-Auth-Token: [redacted]\nnext"),
        ("apiKeys=[A1, B2] next", "apiKeys=[[redacted], [redacted]] next"),
        (
            "secrets: {\n  'a': 'A1',\n  b: B2\n}\nnext",
            "secrets: {\n  'a': '[redacted]',\n  b: [redacted]\n}\nnext"
        ),
        ("token=[A1\n2024 next", "token=[[redacted]\n2024 next"),
        ("secret => 'A1', next", "secret => '[redacted]', next"),
        ("pwd=A1 next", "pwd=[redacted] next"),
        ("wss://A1@host/x next", "wss://[redacted]@host/x next"),
        (
            "/bot110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/x",
            "/bot110201543:[redacted]/x"
        ),
    ]) func `takes values out of lines, and leaves the rest`(text: String, clean: String) {
        #expect(redacted(text) == clean)
    }

    @Test(arguments: [
        "2024-01-01T00:00:01Z order hf-7lou-1-ydtg-6u at 1704067200:15 of https://host:443/a@b",
        "the key of it: no; a token bucket, signed by nobody", "ratio 12345678:12345678901234567",
        "0a1b2c3d-0000-4000-8000-00000000000a",
    ]) func `leaves what is no secret`(text: String) {
        #expect(redacted(text).hasPrefix(text.prefix(16)))
        #expect(redacted(text).filter { $0 == "[" }.count <= (text.contains("key") ? 1 : 0))
    }

    @Test(arguments: [
        "token=[", "token={'", "token=\"", "{\"token\":[\"", "Authorization: \\", "://@", "\\",
        "\"", "key:", "110201543:", "token=[{", "\"secret\":{\"a\"", "cookie=\"", "token", " ",
        "token=[\\", "Authorization: =\"",
    ]) func `is done soon with a long text`(piece: String) {
        let text = Array(String(repeating: piece, count: (1 << 18) / piece.utf8.count).utf8)
        let begun = Clock.monotonic()
        _ = redactor.redact(text, isForeign: true)
        // Read once it takes about a second in a debug build; read from every place anew, minutes.
        #expect(Clock.monotonic() - begun < 60_000_000_000)
    }
}
