/// What went wrong, for a person.
package struct SuiteFailure: Error, CustomStringConvertible {
    /// The words.
    package let description: String

    /// Makes a failure of its words.
    package init(_ description: String) { self.description = description }
}
