import Testing

/// Faults that are planted to see whether a suite notices: each must still fit the code.
@Suite struct `The planted faults` {
    private let faults = Repository.current.files.filter { $0.path.hasSuffix(".fault") }

    private func field(_ name: String, _ fault: TextFile) -> String? {
        fault.lines.first { $0.hasPrefix(name + ": ") }.map { String($0.dropFirst(name.count + 2)) }
    }

    private func part(_ name: String, _ fault: TextFile) -> String {
        var text = ""
        var isWanted = false
        for line in fault.lines {
            if line.hasPrefix("=== ") {
                isWanted = line == "=== \(name)"
            } else if isWanted {
                text += line + "\n"
            }
        }
        while text.last == "\n" { text.removeLast() }
        return text
    }

    @Test func `are at least twenty`() { #expect(faults.count >= 20) }

    @Test func `fit the code as it is, once each`() {
        for fault in faults {
            let path = field("file", fault) ?? ""
            let text = Repository.current.files.first { $0.path == path }?.text
            let from = part("from", fault)
            let count = text.map {
                $0.split(separator: from, omittingEmptySubsequences: false).count
            }
            #expect(
                count == 2,
                "\(fault.path): its text stands \((count ?? 1) - 1) times in \(path)"
            )
            #expect(part("to", fault) != from, "\(fault.path) breaks nothing")
            #expect(field("why", fault) != nil, "\(fault.path) does not say why")
            #expect(field("caught by", fault) != nil, "\(fault.path) does not say what notices it")
        }
    }
}
