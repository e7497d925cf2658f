internal import Journal
internal import Runtime

extension JournalReader {
    /// The events from one on that corrections pass over, as far as the journal can be read.
    ///
    /// What ends the search early ends the walk that follows too, which tells of it. Not to be
    /// called from within a walk over the same journal.
    ///
    /// - Parameters:
    ///   - sequence: The first event that is looked at.
    ///   - checksEvents: Whether every event is checked against its checksum.
    /// - Returns: What corrections say of them, in the order of the corrections.
    func passedOverEvents(
        from sequence: UInt64,
        checksEvents: Bool = true
    ) -> [PassedOver] {
        var found: [PassedOver] = []
        do throws(JournalError) {
            try findPassedOver(from: sequence, checksEvents: checksEvents) { found.append($0) }
        } catch {
            return found
        }
        return found
    }
}
