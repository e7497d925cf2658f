/// Stops the process when the program contradicts itself.
///
/// Active in every build.
///
/// - Parameters:
///   - condition: What always holds.
///   - rule: The rule, as a positive sentence.
///   - file: Where it was checked.
///   - line: The line it was checked on.
@inlinable @inline(__always)
public func invariant(
    _ condition: @autoclosure () -> Bool,
    _ rule: @autoclosure () -> String,
    file: StaticString = #fileID,
    line: UInt = #line
) {
    if !condition() { fatalError("Invariant broken: \(rule())", file: file, line: line) }
}
