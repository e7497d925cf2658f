/// Reads a page strictly, as a browser need not: every element closes in its order, every
/// attribute is quoted, and nothing is left over.
struct PageCheck {
    /// An element as it begins.
    struct Tag: Equatable {
        let name: String
        let attributes: [String: String]
    }

    /// What is wrong with the page; empty where nothing is.
    private(set) var problems: [String] = []
    /// The elements in the order they begin.
    private(set) var tags: [Tag] = []
    /// The text of the page, as a person reads it; style sheets left out.
    private(set) var text = ""

    private let characters: [Character]
    private var place = 0
    private var open: [String] = []

    init(_ page: String) {
        characters = Array(page)
        let doctype = Array("<!DOCTYPE html>\n")
        if characters.starts(with: doctype) {
            place = doctype.count
        } else {
            problems.append("it does not begin as a page does")
        }
        while place < characters.count, problems.count < 10 { step() }
        if !open.isEmpty { problems.append("not closed: \(open)") }
    }

    /// The text of the element with this id, which holds no other with one.
    func value(_ id: String) -> String? {
        tags.first { $0.attributes["id"] == id }?.attributes["value"]
    }

    /// The elements of a name.
    func elements(_ name: String) -> [Tag] { tags.filter { $0.name == name } }

    private mutating func step() {
        if open.last == "style" { return takeStyle() }
        guard characters[place] == "<" else { return takeText() }
        place += 1
        if place < characters.count, characters[place] == "/" { takeEnd() } else { takeBegin() }
    }

    private mutating func takeStyle() {
        let end = Array("</style>")
        while place < characters.count, !characters[place...].starts(with: end) { place += 1 }
        place += 1
        takeEnd()
    }

    private mutating func takeText() {
        var raw = ""
        while place < characters.count, characters[place] != "<" {
            raw.append(characters[place])
            place += 1
        }
        if open.isEmpty, raw.contains(where: { !$0.isWhitespace }) {
            problems.append("text outside of the page: \(raw.prefix(40))")
        }
        text += decoded(raw)
    }

    /// Only five characters may be spelled, and they must be.
    private mutating func decoded(_ raw: String) -> String {
        let spelled = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#39": "'"]
        var result = ""
        var rest = raw[...]
        while let mark = rest.firstIndex(where: { $0 == "&" || $0 == ">" || $0 == "\"" }) {
            result += rest[..<mark]
            let name = rest[rest.index(after: mark)...].prefix { $0 != ";" }
            guard rest[mark] == "&", let character = spelled[String(name)] else {
                problems.append("a character is not spelled: \(rest[mark...].prefix(20))")
                return result
            }
            result += character
            rest = rest[mark...].dropFirst(name.count + 2)
        }
        return result + rest
    }

    private mutating func takeName() -> String {
        var name = ""
        while place < characters.count,
            characters[place].isLetter || characters[place].isNumber || characters[place] == "-"
        {
            name.append(characters[place])
            place += 1
        }
        return name
    }

    private mutating func takeEnd() {
        place += 1
        let name = takeName()
        guard place < characters.count, characters[place] == ">", open.last == name else {
            problems.append("</\(name)> where \(open.last ?? "nothing") is open")
            place = characters.count
            return
        }
        place += 1
        open.removeLast()
    }

    private mutating func takeBegin() {
        let name = takeName()
        if name.isEmpty { problems.append("a < is not spelled at \(place)") }
        var attributes: [String: String] = [:]
        while place < characters.count, characters[place] == " " {
            place += 1
            let key = takeName()
            guard !key.isEmpty, characters[place...].starts(with: "=\"") else {
                problems.append("<\(name)> has an attribute without a value")
                place = characters.count
                return
            }
            place += 2
            var raw = ""
            while place < characters.count, characters[place] != "\"" {
                raw.append(characters[place])
                place += 1
            }
            place += 1
            if raw.contains("<") { problems.append("\(key) of <\(name)> holds a <") }
            if attributes[key] != nil { problems.append("<\(name)> has two \(key)") }
            attributes[key] = decoded(raw)
        }
        tags.append(Tag(name: name, attributes: attributes))
        let isEmpty = characters[place...].starts(with: "/>")
        place += isEmpty ? 2 : 1
        if !isEmpty { open.append(name) }
    }
}
