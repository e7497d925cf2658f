/// How a result that does not fit is brought to one that does.
///
/// Never implied, always named.
public enum Rounding: Sendable {
    /// Toward zero.
    case down
    /// Away from zero.
    case up
    /// To the nearest; a tie goes to the even neighbour.
    case halfEven
}
