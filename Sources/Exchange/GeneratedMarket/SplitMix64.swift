/// Draws the same numbers from the same seed on every machine and in every release.
///
/// The algorithm is SplitMix64 (Steele, Lea and Flood, 2014). A generator of our own, because the
/// standard library promises neither the numbers of a generator nor those drawn from a range.
package struct SplitMix64: Sendable {
    private var state: UInt64

    /// Begins a sequence.
    package init(seed: UInt64) { state = seed }

    /// The next 64 bits.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Draws from a range whose width fits 64 bits.
    ///
    /// The bias is below 2⁻⁴⁰ for ranges used here.
    package mutating func draw(_ range: ClosedRange<Int64>) -> Int64 {
        let width = UInt64(range.upperBound - range.lowerBound) + 1
        return range.lowerBound + Int64(next().multipliedFullWidth(by: width).high)
    }

    /// Is true in `perMille` of a thousand draws; below 0 never, above 1,000 always.
    package mutating func chance(_ perMille: Int64) -> Bool { draw(0...999) < perMille }
}
