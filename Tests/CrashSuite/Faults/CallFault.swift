import Platform
import SuiteSupport

/// A way in which a call fails.
struct CallFault: Sendable, CustomStringConvertible {
    /// As `Tests/CInterpose` calls it.
    let kind: String
    /// Whether all later calls fail too.
    let lasts: Bool
    /// What a message about it says, one of these.
    let words: [String]

    var description: String { kind + (lasts ? " from then on" : " once") }

    /// Whether the file system says that it is full when it is asked.
    var isFullForGood: Bool { lasts && (kind == "ENOSPC" || kind == "short") }

    /// The environment that lets a call fail; 0 lets all succeed.
    func environment(_ program: Program, at call: Int, log: String) -> [String] {
        [
            "LD_PRELOAD=\(program.preload)", "INTERPOSE=fail", "FAIL_AT=\(call)",
            "FAIL_WITH=\(kind)", "FAIL_LOG=\(log)",
        ] + (lasts ? ["FAIL_ALWAYS=1"] : [])
    }

    /// All of them.
    static let all: [CallFault] = {
        let full = ["No space left on device"]
        let broken = ["Input/output error"]
        return [false, true].flatMap { lasts in
            [
                CallFault(kind: "EIO", lasts: lasts, words: broken),
                CallFault(kind: "ENOSPC", lasts: lasts, words: full),
                // A write that was cut short is an input/output error to LMDB.
                CallFault(kind: "short", lasts: lasts, words: full + broken),
                CallFault(kind: "EMFILE", lasts: lasts, words: ["Too many open files"]),
                CallFault(kind: "ENOMEM", lasts: lasts, words: ["Cannot allocate memory"]),
            ]
        }
    }()

    /// What is wrong with a message about it; `nil` where it is right.
    func complaint(about message: String) -> String? {
        guard words.contains(where: message.contains) else {
            return "the message does not say \(words.joined(separator: " or "))"
        }
        let says = message.contains("disk is full") || message.contains("free some")
        if isFullForGood && !says { return "the message does not say that the disk is full" }
        if !isFullForGood && message.contains("disk is full") {
            return "the message says that the disk is full, and it is not"
        }
        return nil
    }
}

/// The calls of a program, one a line: the number among those that can fail or 0, the name, and
/// the path.
struct CallLog {
    /// One call.
    struct Call {
        let number: Int
        let name: String
        let path: String

        /// Whether it would have changed something.
        var changes: Bool { name != "open" && name != "opendir" && name != "mmap" }
    }

    let calls: [Call]

    init(file: String) throws {
        let text = String(decoding: try FileSystem.read(file), as: UTF8.self)
        calls = try text.split(separator: "\n").map { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 3, let number = Int(fields[0]) else {
                throw SuiteFailure("\(file) holds no log of calls: \(line)")
            }
            return Call(number: number, name: String(fields[1]), path: String(fields[2]))
        }
    }

    /// How many calls can fail.
    var count: Int { calls.map(\.number).max() ?? 0 }

    /// The call that failed first, and those after it.
    ///
    /// One more write to the same place belongs to the failure: the rest of a write that was cut
    /// short, or LMDB taking back a meta page that it could not write.
    func failure(at number: Int) -> (failed: Call, later: ArraySlice<Call>)? {
        guard let index = calls.firstIndex(where: { $0.number == number }) else { return nil }
        let failed = calls[index]
        var later = calls[(index + 1)...]
        if failed.name == "pwrite", later.first?.name == "pwrite",
            later.first?.path == failed.path
        {
            later = later.dropFirst()
        }
        return (failed, later)
    }
}
