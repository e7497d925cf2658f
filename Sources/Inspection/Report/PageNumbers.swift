internal import Trading

extension Markup {
    /// Writes a number exactly: the places that matter as digits like others, the rest small.
    ///
    /// - Parameters:
    ///   - value: The number.
    ///   - places: How many decimals matter; fewer are filled with zeros only for money.
    ///   - id: The element's id, for programs that look for one figure.
    ///   - isResult: Whether it is a gain or a loss: it then carries its sign and a colour.
    mutating func number(
        _ value: Decimal,
        places: Int = 2,
        id: String? = nil,
        isResult: Bool = false
    ) {
        let exact = value.description
        let kind = !isResult || value.units == 0 ? "" : value.isNegative ? " loss" : " gain"
        let body = { (page: inout Markup) in
            let parts = exact.split(separator: ".", maxSplits: 1)
            let decimals = parts.count > 1 ? String(parts[1]) : ""
            let shown = String(decimals.prefix(places))
            page.write(isResult && value.units > 0 ? "+" : "")
            page.write(parts.isEmpty ? exact : String(parts[0]))
            if !shown.isEmpty { page.write("." + shown) }
            let rest = String(decimals.dropFirst(places))
            if !rest.isEmpty { page.element("small", shown.isEmpty ? "." + rest : rest) }
        }
        if let id {
            element("data", ["class": "n\(kind)", "id": id, "value": exact], body)
        } else {
            element("data", ["class": "n\(kind)", "value": exact], body)
        }
    }

    /// Writes a count.
    mutating func count(_ value: some BinaryInteger, id: String? = nil) {
        let text = String(value)
        if let id {
            element("data", ["class": "n", "id": id, "value": text], Self.grouped(text))
        } else {
            write(Self.grouped(text))
        }
    }

    /// Digits in groups of three.
    static func grouped(_ digits: String) -> String {
        var text = ""
        for (place, digit) in digits.enumerated() {
            let left = digits.count - place
            if place > 0, left % 3 == 0, text.last != "-" { text += "," }
            text.append(digit)
        }
        return text
    }

    /// Writes a count and what is counted.
    static func counted(_ count: some BinaryInteger, _ one: String, _ many: String) -> String {
        "\(grouped(String(count))) \(count == 1 ? one : many)"
    }
}

/// How the moments of a page are told: without the day where all are of one.
struct PageTimes {
    private let isOneDay: Bool

    init(from first: Timestamp, to last: Timestamp) { isOneDay = first.day == last.day }

    /// Writes a moment to the millisecond; the whole of it stands in the element.
    func write(_ time: Timestamp, to page: inout Markup) {
        page.element("time", ["datetime": time.description], text(time))
    }

    /// A moment to the millisecond.
    func text(_ time: Timestamp) -> String {
        isOneDay ? Self.clock(time) : "\(time.date) \(Self.clock(time))"
    }

    private static func clock(_ time: Timestamp) -> String {
        let text = time.description
        guard let mark = text.firstIndex(of: "T") else { return text }
        return String(text[text.index(after: mark)...].prefix(12).filter { $0 != "Z" })
    }

    /// A length of time for people.
    static func text(_ span: TimeSpan) -> String {
        let milliseconds = span.nanoseconds / 1_000_000
        let seconds = milliseconds / 1000
        switch seconds {
        case ..<60: return "\(seconds).\(milliseconds % 1000 / 100) s"
        case ..<3600: return parts(seconds / 60, "min", seconds % 60, "s")
        case ..<86_400: return parts(seconds / 3600, "h", seconds / 60 % 60, "min")
        default: return parts(seconds / 86_400, "d", seconds / 3600 % 24, "h")
        }
    }
}

extension PageTimes {
    private static func parts(
        _ large: Int64,
        _ unit: String,
        _ rest: Int64,
        _ part: String
    ) -> String {
        "\(large) \(unit)" + (rest == 0 ? "" : " \(rest) \(part)")
    }
}

extension Timestamp {
    /// Year, month and day, as `2024-07-23`.
    var date: String { String(description.prefix { $0 != "T" }) }

    /// The day as people write it, as `23 July 2024`.
    var longDate: String {
        let parts = date.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, (1...12).contains(parts[1]) else { return date }
        return "\(parts[2]) \(Self.months[parts[1] - 1]) \(parts[0])"
    }

    /// The names of the months.
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]
}

extension InstrumentFilters {
    /// How many decimals prices have.
    var pricePlaces: Int { priceTick.value.places }
    /// How many decimals quantities have.
    var quantityPlaces: Int { quantityStep.value.places }
}

extension Decimal {
    /// How many decimals the number has.
    var places: Int {
        let parts = description.split(separator: ".")
        return parts.count > 1 ? parts[1].count : 0
    }
}
