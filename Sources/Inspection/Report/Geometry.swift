/// Where things lie in a picture: the only place of this module for binary fractions, which never
/// meet an amount again.
enum Geometry {
    /// A place from 0 to 1 as a coordinate of a picture that is 1000 wide and high.
    static func coordinate(_ place: Double) -> String { tenths(place * 1000) }

    /// A height from 0 at the bottom to 1 at the top as a coordinate from the top.
    static func height(_ place: Double) -> String { tenths((1 - place) * 1000) }

    /// A place from 0 to 1 as a percentage.
    static func percent(_ place: Double) -> String { tenths(place * 100) + "%" }

    /// A number with at most one decimal; what no picture can hold lies outside of it.
    static func tenths(_ value: Double) -> String {
        let bounded = value.isNaN ? 0 : min(max(value, -100_000), 100_000)
        let tenths = Int((bounded * 10).rounded())
        let (whole, rest) = tenths.magnitude.quotientAndRemainder(dividingBy: 10)
        return (tenths < 0 ? "-" : "") + String(whole) + (rest == 0 ? "" : ".\(rest)")
    }

    /// The logarithm to the base of ten of a positive number, to about five places.
    static func decades(_ value: Double) -> Double {
        // ln(m) for 1 ≤ m < 2 by the series of the inverse hyperbolic tangent.
        let ratio = (value.significand - 1) / (value.significand + 1)
        let square = ratio * ratio
        let series = 1 + square * (1 / 3 + square * (1 / 5 + square * (1 / 7 + square / 9)))
        let natural = 2 * ratio * series + Double(value.exponent) * 0.693_147_180_56
        return natural * 0.434_294_481_9
    }
}
