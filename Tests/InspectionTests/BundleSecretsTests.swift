import FoundationEssentials
import Platform
import Runtime
import TestSupport
import Testing

@testable import Inspection

/// Canaries: values that are secret, put wherever programs put them, and looked for in a bundle.
@Suite(.temporaryDirectory) struct `A secret in a bundle` {
    private var root: String { TemporaryDirectory.path }
    private var target: String { root + "/a.bundle" }

    /// In the environment, under a name that tells.
    private let told = "tolD/Canary+9\"x\\q=="
    /// In the environment, under a name that only the configuration knows.
    private let named = "naMed-Canary_77.z~k"
    /// In a file of mode 0600 that the configuration names.
    private let filed = "filEd.Canary!31415/926+53"

    /// A secret in every form in which programs write one, made without what is tested.
    private func forms(_ secret: String) -> [String] {
        let bytes = Array(secret.utf8)
        func hex(_ digits: String, _ byte: UInt8) -> String {
            let digits = Array(digits)
            return String([digits[Int(byte) / 16], digits[Int(byte) % 16]])
        }
        func hexadecimal(_ digits: String) -> String {
            bytes.map { hex(digits, $0) }.joined()
        }
        func percent(_ digits: String) -> String {
            bytes.map { byte in
                let scalar = Character(UnicodeScalar(byte))
                return scalar.isLetter || scalar.isNumber || "-._~".contains(scalar)
                    ? String(scalar) : "%" + hex(digits, byte)
            }.joined()
        }
        let base64 = (0..<3).flatMap { shift -> [String] in
            // What of it depends on the secret alone: without the characters that the bytes
            // before and behind it have a part in.
            let text = Data([UInt8](repeating: 0x5A, count: shift) + bytes).base64EncodedString()
            let mixed = (shift + bytes.count).isMultiple(of: 3) ? 0 : 1
            let own = text.prefix { $0 != "=" }.dropFirst([0, 2, 3][shift]).dropLast(mixed)
            let url = own.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }
            return [String(own), String(url)]
        }
        let escaped = secret.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return [
            secret, escaped, hexadecimal("0123456789abcdef"), hexadecimal("0123456789ABCDEF"),
            percent("0123456789abcdef"), percent("0123456789ABCDEF"),
        ] + base64
    }

    /// A log that holds every form of every secret, between words and within them.
    private func writeLog() throws -> String {
        var log = ""
        for secret in [told, named, filed] {
            for form in forms(secret) {
                log += "{\"time\":\"2024-01-01T00:00:00Z\",\"message\":\"sent \(form) off\"}\n"
                log += "x\(form)y\n"
            }
        }
        let path = root + "/run.log"
        try File(path: path, mode: .replace).write(Array(log.utf8).span, at: 0)
        return path
    }

    private func writeConfiguration() throws -> String {
        let key = root + "/api.key"
        try File(path: key, mode: .createNew, permissions: 0o600)
            .write(Array("\(filed)\n".utf8).span, at: 0)
        let text = "{ exchange: { key: 'SOME_VARIABLE', other: 'api.key' } }"
        let path = root + "/holdfast.json5"
        try File(path: path, mode: .createNew).write(Array(text.utf8).span, at: 0)
        return path
    }

    /// Packs as a person would, with the secrets in the environment, or without any.
    private func pack(_ journal: TradedJournal, _ words: [String], knows: Bool) throws -> Int32 {
        let tests = try CurrentProcess.executablePath()
        let secrets = ["EXCHANGE_API_SECRET=\(told)", "SOME_VARIABLE=\(named)"]
        let run = try ChildProcess.run(
            "/usr/bin/env",
            arguments: (knows ? secrets : []) + [
                FileSystem.parent(of: tests) + "/journalctl", "--journal", journal.path, "bundle",
                target, "--minutes", "100000",
            ] + words,
            timeLimit: 60_000_000_000
        )
        guard case .exited(let status) = run.ending else { return -1 }
        return status
    }

    /// Every file of the bundle, as one run of bytes.
    private func unpacked() throws -> [UInt8] {
        let room = root + "/room"
        try FileSystem.removeTree(room)
        try FileSystem.createDirectory(room)
        let limits = BundleReader.Limits(fileBytes: 1 << 20, freeBytes: 1 << 30)
        let bundle = try BundleReader.unpack(target, into: room, limits: limits)
        #expect(bundle.findings.isEmpty)
        func bytes(_ path: String) throws -> [UInt8] {
            guard try FileSystem.status(path)?.isDirectory == true else {
                return try FileSystem.read(path)
            }
            return try FileSystem.list(path).flatMap { try bytes(path + "/" + $0) }
        }
        return try bytes(room)
    }

    private func found(_ secrets: [String], in bytes: [UInt8]) -> [String] {
        secrets.flatMap(forms).filter {
            bytes.span.firstOffset(of: Array($0.utf8).span, from: 0) != nil
        }
    }

    @Test func `that this machine knows is in none of its forms`() throws {
        let journal = try TradedJournal(minutes: 1)
        let words = ["--log", try writeLog(), "--config", try writeConfiguration()]
        #expect(try pack(journal, words, knows: true) == 0)
        let seen = found([told, named, filed], in: try unpacked())
        #expect(seen == [])
    }

    @Test func `that nobody knows is packed, so that one would be seen`() throws {
        let journal = try TradedJournal(minutes: 1)
        #expect(try pack(journal, ["--log", try writeLog()], knows: false) == 0)
        let seen = found([told, named, filed], in: try unpacked())
        #expect(Set(forms(named)).isSubset(of: Set(seen)))
    }

    @Test(arguments: [
        #"{"apiKey": "CANARY-1", "symbol": "BTCUSDT"}"#,
        "GET /order?symbol=A&signature=CANARY-1&x=1",
        "Authorization: Bearer CANARY-1", "X-MBX-APIKEY: CANARY-1", "X-BAPI-SIGN: CANARY-1",
        #"{"text":"{\"listenKey\":\"CANARY-1\"}"}"#, "password = 'a CANARY-1 of words'",
        "api_secret=CANARY-1;", "seed 0123456789abcdefABCDEF0123456789abcdef-CANARY-1 end",
        "-----BEGIN PRIVATE KEY-----\nCANARY-1\n-----END PRIVATE KEY-----",
        #"{"apiKeys":["SHORT-1","CANARY-1"]}"#, #"{"apiSecret":{"value":"CANARY-1"}}"#,
        "Authorization: Token CANARY-1", "https://user:CANARY-1@host/",
        "GET /bot110201543:AAHdqTcvCH1vGWJxfSeofSA-CANARY-1/getMe", "pwd=CANARY-1",
    ]) func `is told by what stands beside it`(line: String) throws {
        let journal = try TradedJournal(minutes: 1)
        let log = root + "/run.log"
        let text = "before\n\(line)\nbehind\n"
        try File(path: log, mode: .createNew).write(Array(text.utf8).span, at: 0)
        #expect(try pack(journal, ["--log", log], knows: false) == 0)
        let bytes = try unpacked()
        for canary in ["CANARY-1", "Q0FOQVJZ"] {
            #expect(bytes.span.firstOffset(of: Array(canary.utf8).span, from: 0) == nil)
        }
        for rest in ["before", "behind", "[redacted]"] {
            #expect(bytes.span.firstOffset(of: Array(rest.utf8).span, from: 0) != nil, "\(rest)")
        }
    }

    @Test func `named by a configuration in an archive is known where that is at hand`() throws {
        let journal = try TradedJournal(minutes: 1) {
            $0.configurationText = "{\"note\":\"SOME_VARIABLE\"}"
        }
        let archives = root + "/archives"
        #expect(journal.tool("snapshot", "--archive", archives).status == 0)
        try FileSystem.rename(archives, to: root + "/moved")
        let words = ["--log", try writeLog(), "--archive", root + "/moved"]
        #expect(try pack(journal, words, knows: true) == 0)
        let seen = found([named], in: try unpacked())
        #expect(seen == [])
    }

    @Test func `in the journal's bytes keeps them from being packed`() throws {
        let secret = named
        let journal = try TradedJournal(minutes: 1) {
            $0.configurationText = "{\"note\":\"\(secret)\"}"
        }
        let words = ["--config", try writeConfiguration()]
        #expect(try pack(journal, words + ["--whole"], knows: true) == 1)
        #expect(try FileSystem.status(target) == nil)
        #expect(try FileSystem.status(target + ".new") == nil)
        #expect(try pack(journal, words + ["--without-journal"], knows: true) == 0)
        let seen = found([secret], in: try unpacked())
        #expect(seen == [])
    }
}
