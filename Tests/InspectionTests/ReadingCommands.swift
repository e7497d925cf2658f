import Platform
import Runtime
import TestSupport
import Testing

@testable import Inspection

/// Every command that reads, with arguments that make it read all it can.
enum ReadingCommands {
    /// The command lines, without the path.
    ///
    /// - Parameters:
    ///   - order: The number of an order.
    ///   - deal: The number of a deal.
    /// - Returns: What was asked for.
    static func lines(order: String, deal: String) -> [String: [[String]]] {
        [
            "replay": [["replay"], ["replay", "--from-genesis", "--json"]],
            "show": [["show"], ["show", "--json", "-n", "3"]],
            "state": [["state"], ["state", "--json"]],
            "diff": [["diff", "1", "head"]],
            "verify": [["verify"], ["verify", "--json"]],
            "stat": [["stat"], ["stat", "--json"]],
            "segments": [["segments"]],
            "why": [["why", order]],
            "trace": [["trace", deal]],
            "backup": [["backup", TemporaryDirectory.path + "/made/backup"]],
            "export": [["export", "--format", "jsonl", TemporaryDirectory.path + "/made/jsonl"]],
            "sql": [["sql", "select count(*) from orders"]],
            "salvage": [["salvage", "--to", TemporaryDirectory.path + "/made/salvaged"]],
            "report": [["report", TemporaryDirectory.path + "/made/report.html"]],
            "bundle": [["bundle", TemporaryDirectory.path + "/made/bundle"]],
        ]
    }

    /// Those lines for every command there is, but those that write the journal.
    static func all(order: String = "1", deal: String = "1") -> [[String]] {
        let lines = lines(order: order, deal: deal)
        var found: [[String]] = []
        for command in JournalTool.commands where !writing.contains(command.syntax.name) {
            let known = lines[command.syntax.name]
            if known == nil {
                Issue.record(
                    "say in ReadingCommands.lines how \(command.syntax.name) reads a journal"
                )
            }
            found += known ?? []
        }
        return found
    }

    /// Commands that change the journal.
    static let writing: Set = ["snapshot", "resume", "restore", "correct"]

    /// Removes what commands made elsewhere.
    static func clear() throws {
        try FileSystem.removeTree(TemporaryDirectory.path + "/made")
        try FileSystem.createDirectory(TemporaryDirectory.path + "/made")
    }

    /// Every file below a path with its bytes, its times and who may read it.
    static func tree(_ path: String) throws -> [String: String] {
        var found: [String: String] = [:]
        guard let status = try FileSystem.status(path) else { return found }
        var bytes = SipBytes()
        if status.isDirectory {
            for name in try FileSystem.list(path) {
                found.merge(try tree(path + "/" + name)) { $1 }
            }
        } else if status.isRegular {
            bytes.add(try FileSystem.read(path))
        }
        found[path] =
            "\(status.size) \(status.modified) \(status.changed) \(status.permissions) "
            + bytes.text
        return found
    }
}

/// A hash of bytes that tells them apart.
private struct SipBytes {
    private var state: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ bytes: [UInt8]) {
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
    }

    var text: String { String(state, radix: 16) }
}
