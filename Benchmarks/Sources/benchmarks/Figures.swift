import Foundation

/// One line of the table.
struct Figure {
    /// Which side of the floor is the good one.
    enum Floor {
        case atMost(Double)
        case atLeast(Double)
        /// Shown for what it says, held against nothing.
        case none
    }

    var name: String
    var unit: String
    /// What was measured, the middle of all rounds.
    var measured: Double
    /// The slow end, where there is one.
    var p99: Double?
    /// What the limit program reached.
    var limit: Double?
    var floor = Floor.none
    /// The middle of the rounds' own ratios, each of two runs that followed each other.
    var ratioOfRounds: Double?
    /// Whether the floor is about the ratio to the limit.
    var floorIsRatio = false
    var note = ""

    var ratio: Double? { ratioOfRounds ?? limit.map { $0 == 0 ? 0 : measured / $0 } }

    var isMet: Bool? {
        let value = floorIsRatio ? ratio ?? 0 : measured
        switch floor {
        case .atMost(let bound): return value <= bound
        case .atLeast(let bound): return value >= bound
        case .none: return nil
        }
    }

    private var floorText: String {
        let unit = floorIsRatio ? "×" : " \(unit)"
        switch floor {
        case .atMost(let bound): return "≤ \(Figure.text(bound))\(unit)"
        case .atLeast(let bound): return "≥ \(Figure.text(bound))\(unit)"
        case .none: return ""
        }
    }

    static func text(_ value: Double) -> String {
        if value >= 1000 || value == value.rounded() { return String(format: "%.0f", value) }
        return String(format: value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value)
    }

    var cells: [String] {
        [
            name, "\(Figure.text(measured)) \(unit)",
            p99.map { "\(Figure.text($0)) \(unit)" } ?? "",
            limit.map { "\(Figure.text($0)) \(unit)" } ?? "",
            ratio.map { String(format: "%.2f×", $0) } ?? "", floorText,
            isMet.map { $0 ? "yes" : "NO" } ?? "", note,
        ]
    }

    var json: [String: Any] {
        var object: [String: Any] = ["figure": name, "unit": unit, "measured": measured]
        object["p99"] = p99
        object["limit"] = limit
        object["ratio"] = ratio
        object["floor"] = floorText.isEmpty ? nil : floorText
        object["met"] = isMet
        object["note"] = note.isEmpty ? nil : note
        return object
    }
}

/// All figures of a run.
struct Report {
    var figures: [Figure] = []
    let machine: [(name: String, value: String)]

    static let heads = ["figure", "measured", "p99", "limit", "ratio", "floor", "met", "note"]

    /// The table in Markdown, its columns aligned.
    var table: String {
        let rows = [Self.heads] + figures.map(\.cells)
        let widths = Self.heads.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            let padded = zip(cells, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }
            return "| " + padded.joined(separator: " | ") + " |"
        }
        let rule = "|" + widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "|")
        let lines = [line(Self.heads), rule + "|"] + figures.map { line($0.cells) }
        let place = machine.map { "\($0.name): \($0.value)" }
        return (lines + [""] + place).joined(separator: "\n")
    }

    func json() throws -> Data {
        var described: [String: String] = [:]
        for (name, value) in machine { described[name] = value }
        let object: [String: Any] = ["figures": figures.map(\.json), "machine": described]
        return try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys])
    }
}

/// What the figures were measured on.
enum Machine {
    static func description(of directory: String) throws -> [(name: String, value: String)] {
        let processor = field("model name", in: "/proc/cpuinfo") ?? "unknown"
        let memory = field("MemTotal", in: "/proc/meminfo")?.split(separator: " ").first
        let kibibytes = memory.flatMap { Double($0) } ?? 0
        return [
            ("processor", processor),
            ("cores", "\(ProcessInfo.processInfo.activeProcessorCount)"),
            ("memory", String(format: "%.0f GiB", kibibytes / 1_048_576)),
            ("kernel", word("/proc/sys/kernel/osrelease")),
            ("file system", fileSystem(of: directory)),
            ("swift", ProcessInfo.processInfo.environment["SWIFT_VERSION_TEXT"] ?? "unknown"),
            ("date", Date().formatted(.iso8601.year().month().day())),
        ]
    }

    private static func field(_ name: String, in path: String) -> String? {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
        return line?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func word(_ path: String) -> String {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? "unknown"
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The type of the file system mounted where `directory` is.
    private static func fileSystem(of directory: String) -> String {
        let mounts = (try? String(contentsOfFile: "/proc/mounts", encoding: .utf8)) ?? ""
        var best = (path: "", kind: "unknown")
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ").map(String.init)
            guard fields.count > 2, fields[1].count >= best.path.count else { continue }
            let mount = fields[1]
            if directory == mount || directory.hasPrefix(mount == "/" ? "/" : mount + "/") {
                best = (mount, fields[2])
            }
        }
        return best.kind
    }

    /// Private memory of this process in mebibytes: what the map of the journal holds is not its.
    static func privateMebibytes() -> Double {
        let text = field("RssAnon", in: "/proc/self/status")?.split(separator: " ").first
        return (text.flatMap { Double($0) } ?? 0) / 1024
    }
}
