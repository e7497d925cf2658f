import Platform

/// The files and directories that a power cut left.
struct DiskTree {
    /// Paths below the top, parents first.
    private(set) var directories: [String] = []
    private(set) var files: [(path: String, bytes: [UInt8])] = []

    /// What the disk of a model holds after a choice.
    init(_ model: DiskModel, _ point: CrashPoint, _ choice: CrashPoint.Choice) {
        var names: [Int: [String: Int]] = [:]
        var bytes: [Int: [UInt8]] = [:]
        var selected = [Selection](repeating: .absent, count: model.pending.count)
        for (unit, chosen) in zip(point.units, choice.units) where chosen > 0 {
            let isGrowth = Int(chosen) > unit.versions.count
            let index = isGrowth ? unit.versions[0] : unit.versions[Int(chosen) - 1]
            selected[index] = isGrowth ? .growth : .whole
        }
        for (index, change) in model.pending.enumerated() where selected[index] != .absent {
            let isTorn = choice.tear != nil && index == model.pending.count - 1
            switch change {
            case .write(let node, let offset, let data, _):
                var content = bytes.removeValue(forKey: node) ?? model.nodes[node].bytes
                let isPrefix = if case .before? = choice.tear { isTorn } else { false }
                if selected[index] == .growth || (isTorn && !isPrefix) {
                    content.resize(to: max(content.count, offset + data.count))
                }
                let parts = isTorn ? choice.tear?.parts(of: data.count) ?? [] : [0..<data.count]
                for part in parts where selected[index] == .whole {
                    let begin = data.lowerBound + part.lowerBound
                    content.overwrite(
                        at: offset + part.lowerBound,
                        with: model.trace.bytes[begin..<(begin + part.count)]
                    )
                }
                bytes[node] = content
            case .resize(let node, let size):
                bytes[node, default: model.nodes[node].bytes].resize(to: size)
            case .link(let directory, let name, let node):
                names[directory, default: model.nodes[directory].names][name] = node
            case .unlink(let directory, let name):
                names[directory, default: model.nodes[directory].names][name] = nil
            case .rename(let from, let name, let to, let newName, let node):
                guard names[from, default: model.nodes[from].names][name] == node else { continue }
                names[from, default: model.nodes[from].names][name] = nil
                names[to, default: model.nodes[to].names][newName] = node
            case .exchange(let first, let second):
                // What was to change places may not have its name yet.
                let (one, other) = (first.directory, second.directory)
                guard names[one, default: model.nodes[one].names][first.name] == first.node,
                    names[other, default: model.nodes[other].names][second.name] == second.node
                else { continue }
                names[one, default: model.nodes[one].names][first.name] = second.node
                names[other, default: model.nodes[other].names][second.name] = first.node
            }
        }
        collect(DiskModel.top, "", model, names, bytes)
    }

    private enum Selection { case absent, growth, whole }

    private mutating func collect(
        _ directory: Int,
        _ path: String,
        _ model: DiskModel,
        _ names: [Int: [String: Int]],
        _ bytes: [Int: [UInt8]]
    ) {
        let entries = names[directory] ?? model.nodes[directory].names
        for (name, node) in entries.sorted(by: { $0.key < $1.key }) {
            let entry = path.isEmpty ? name : path + "/" + name
            if model.nodes[node].isDirectory {
                directories.append(entry)
                collect(node, entry, model, names, bytes)
            } else {
                files.append((entry, bytes[node] ?? model.nodes[node].bytes))
            }
        }
    }

    /// Puts the tree where it can be opened, in place of all that is there.
    func write(to top: String) throws {
        try FileSystem.removeTree(top)
        try FileSystem.createDirectory(top)
        for directory in directories { try FileSystem.createDirectory(top + "/" + directory) }
        for (path, bytes) in files {
            try File(path: top + "/" + path, mode: .createNew).write(bytes.span, at: 0)
        }
    }

    /// Whether something has a path below the top.
    func holds(_ path: String) -> Bool {
        directories.contains(path) || files.contains { $0.path == path }
    }
}
