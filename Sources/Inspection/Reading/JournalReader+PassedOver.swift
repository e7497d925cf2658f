internal import Journal
internal import Runtime

extension JournalReader {
    /// The events from one on that corrections pass over, as far as the journal can be read.
    ///
    /// What ends the search early ends the walk that follows too, which tells of it. Not to be
    /// called from within a walk over the same journal.
    func passedOverEvents(from sequence: UInt64) -> [PassedOver] {
        var found: [PassedOver] = []
        do throws(JournalError) {
            try findPassedOver(from: sequence) { found.append($0) }
        } catch {
            return found
        }
        return found
    }
}
