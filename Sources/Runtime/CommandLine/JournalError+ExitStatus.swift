public import Journal

extension JournalError {
    /// The exit status of every program that ends with it: 1 where the journal is damaged or
    /// refuses, 2 where there is none, or nothing could be tried.
    public var exitStatus: Int32 {
        switch code {
        case .missing, .noJournal, .scanFailed, .system: 2
        default: 1
        }
    }
}
