internal import Platform

/// A directory in which a command makes something before it gets its name, and which the next one
/// of its kind removes with all it holds.
struct AsideDirectory {
    let path: String

    /// Refuses a source that would be removed with it.
    ///
    /// - Parameters:
    ///   - source: the directory or file that is read.
    ///   - action: what is being done, for messages.
    /// - Throws: ``JournalError`` with `refusedInput` where one lies in the other, or `system`.
    func requireApart(from source: String, _ action: String) throws(JournalError) {
        let isApart = try translating(action) { () throws(PlatformError) in
            guard try FileSystem.status(path) != nil, try FileSystem.status(source) != nil else {
                return true
            }
            let (ours, theirs) = (
                try FileSystem.resolve(path) + "/", try FileSystem.resolve(source) + "/"
            )
            return !ours.hasPrefix(theirs) && !theirs.hasPrefix(ours)
        }
        if isApart { return }
        throw JournalError(
            .refusedInput,
            action,
            path,
            reason: "it lies where the new one is made aside, and would be removed",
            advice: "rename it, or name another target; nothing was changed"
        )
    }
}
