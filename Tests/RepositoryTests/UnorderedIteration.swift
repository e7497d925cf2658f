/// Finds where code goes through a dictionary or a set, whose order differs in every process.
///
/// It sees names, not types: a name counts as unordered where its own file declares it so, and in
/// other files when none of them declares it as anything else.
struct UnorderedIteration {
    private let files: [SwiftFile]
    private let declarations: [Declarations]
    private let sharedNames: Set<String>

    /// Members that give the elements in the order they happen to have.
    private static let ordersElements: Set = [
        "keys", "values", "forEach", "map", "compactMap", "flatMap", "filter", "lazy", "reduce",
        "first", "popFirst", "enumerated", "prefix", "dropFirst", "makeIterator", "elements",
    ]
    /// Of those, the ones that give another dictionary or set, or a part of one, when used alone.
    private static let staysUnordered: Set = ["keys", "values", "filter", "lazy"]

    init(in files: [SwiftFile]) {
        self.files = files
        declarations = files.map(Declarations.init)
        let ordered = declarations.reduce(into: Set<String>()) { $0.formUnion($1.ordered) }
        let unordered = declarations.reduce(into: Set<String>()) { $0.formUnion($1.unordered) }
        sharedNames = unordered.subtracting(ordered)
    }

    func findings() -> [Finding] {
        zip(files, declarations).flatMap { file, declared in
            let names = sharedNames.subtracting(declared.ordered).union(declared.unordered)
            let indices = file.tokens.indices.filter { names.contains(file.text($0)) }
            let findings = indices.filter { dependsOnOrder(file, $0) }.compactMap { index in
                finding(file, index)
            }
            return findings
        }
    }

    private func finding(_ file: SwiftFile, _ index: Int) -> Finding? {
        let token = file.token(index)
        guard !file.isExcused(token.line, by: "nondeterminism-ok") else { return nil }
        let reason = "'\(token.text)' has another order in every process: sort, or keep it sorted"
        return Finding(file.path, token.line, reason)
    }

    private func dependsOnOrder(_ file: SwiftFile, _ index: Int) -> Bool {
        guard !isSorted(file, after: index) else { return false }
        if isArrayOf(file, index) { return true }
        let isMember = file.text(index + 1) == "."
        let member = isMember ? file.text(index + 2) : ""
        if isMember && !Self.ordersElements.contains(member) { return false }
        if isLoopedOver(file, index) { return true }
        guard isMember else { return false }
        if !Self.staysUnordered.contains(member) { return true }
        return file.text(index + 3) == "." && Self.ordersElements.contains(file.text(index + 4))
            && !Self.staysUnordered.contains(file.text(index + 4))
    }

    /// `Array(name)` and `[Element](name)`.
    private func isArrayOf(_ file: SwiftFile, _ index: Int) -> Bool {
        file.text(index - 1) == "(" && file.text(index + 1) == ")"
            && ["Array", "]"].contains(file.text(index - 2))
    }

    /// Whether the name is what a `for` goes through: `for … in name`, `in self.state.name.keys`.
    private func isLoopedOver(_ file: SwiftFile, _ index: Int) -> Bool {
        guard ![":", "[", "(", "?"].contains(file.text(index + 1)) else { return false }
        var start = index - 1
        while file.text(start) == "." { start -= 2 }
        guard file.text(start) == "in" else { return false }
        // A closure's `in` ends what stands before it; a loop's `in` follows its `for`.
        var back = start - 1
        var depth = 0
        while back >= 0, start - back < 40 {
            switch file.text(back) {
            case ")": depth += 1
            case "(" where depth == 0: return false
            case "(": depth -= 1
            case "for" where depth == 0: return true
            case "{", "}": return false
            default: break
            }
            back -= 1
        }
        return false
    }

    /// Whether the same statement sorts what comes out.
    private func isSorted(_ file: SwiftFile, after index: Int) -> Bool {
        var depth = 0
        var next = index + 1
        while next < file.tokens.count {
            let text = file.text(next)
            if depth == 0, file.token(next).line != file.token(next - 1).line, text != "." {
                return false
            }
            switch text {
            case "(", "[", "{": depth += 1
            case ")", "]", "}": depth -= 1
            case "sorted" where depth == 0: return true
            default: break
            }
            if depth < 0 { return false }
            next += 1
        }
        return false
    }
}

/// The names a file declares, as far as the text tells.
private struct Declarations {
    private(set) var unordered: Set<String> = []
    private(set) var ordered: Set<String> = []

    init(_ file: SwiftFile) {
        for index in file.tokens.indices where file.token(index).isWord {
            let next = file.text(index + 1)
            let isBinding = ["let", "var"].contains(file.text(index - 1))
            guard next == ":" || (next == "=" && isBinding) else { continue }
            var type = index + 2
            while ["inout", "borrowing", "consuming", "@", "escaping"].contains(file.text(type)) {
                type += 1
            }
            if Self.isUnordered(file, type) {
                unordered.insert(file.text(index))
            } else if Self.isTypeName(file, type) {
                ordered.insert(file.text(index))
            }
        }
        ordered.subtract(unordered)
    }

    private static func isUnordered(_ file: SwiftFile, _ index: Int) -> Bool {
        let text = file.text(index)
        if ["Set", "Dictionary"].contains(text) {
            return ["<", "("].contains(file.text(index + 1))
        }
        return text == "[" && hasColon(file, from: index)
    }

    private static func isTypeName(_ file: SwiftFile, _ index: Int) -> Bool {
        file.text(index) == "[" || file.text(index).first?.isUppercase == true
    }

    /// Whether a colon stands directly inside the bracket, which makes it a dictionary.
    private static func hasColon(_ file: SwiftFile, from open: Int) -> Bool {
        var depth = 0
        for index in open..<file.tokens.count {
            switch file.text(index) {
            case "[", "(", "{": depth += 1
            case "]", ")", "}": depth -= 1
            case ":" where depth == 1: return true
            default: break
            }
            if depth == 0 { return false }
        }
        return false
    }
}
