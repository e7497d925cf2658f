internal import Trading

/// The numbers of assets by their codes, as `USDT`, in order of first mention.
public struct AssetNames: Sendable {
    /// The codes, each at the place of its number.
    public private(set) var codes: [String] = []

    /// Knows nothing yet.
    public init() {}

    /// The number of a code, which is given one where it had none.
    mutating func number(of code: String) -> AssetID {
        if let known = known(code) { return known }
        codes.append(code)
        return AssetID(UInt16(codes.count - 1))
    }

    /// The number of a code; `nil` where it was never mentioned.
    func known(_ code: String) -> AssetID? {
        codes.firstIndex(of: code).map { AssetID(UInt16($0)) }
    }

    /// The code of a number.
    func code(of asset: AssetID) -> String { codes[Int(asset.rawValue)] }
}
