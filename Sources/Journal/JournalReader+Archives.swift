internal import Platform

extension JournalReader {
    /// First sequence numbers of the segments, ascending; none for a directory of archives.
    func numbers() throws(JournalError) -> [UInt64] {
        isArchive ? [] : try layout.segmentNumbers()
    }

    /// The archives of this journal that can be found, looked for anew if `fresh`.
    func archives(fresh: Bool) throws(JournalError) -> ArchiveSet {
        if let known, !fresh { return known }
        let places = ArchivePlaces(layout: layout)
        let directories = try places.directories(of: journalID, named: namedPlaces)
        let found = ArchiveSet(directories, of: journalID)
        known = found
        return found
    }

    /// Reads from the archive that holds what is wanted next; false where none does.
    func readArchive(
        _ walk: inout BatchWalk,
        _ body: (BatchView) throws(JournalError) -> Continuation
    ) throws(JournalError) -> Bool {
        var part = try archives(fresh: false).part(holding: walk.next)
        if part == nil { part = try archives(fresh: true).part(holding: walk.next) }
        guard let part else { return false }
        walk.segment = part.path
        try walk.runArchive(try ArchiveReader(part, of: journalID), body)
        guard walk.isDone || walk.next > part.entry.last else {
            throw ArchiveReader.damaged(
                part.path,
                "it ends with event \(walk.next - 1), before its last one, \(part.entry.last)",
                sequence: walk.next
            )
        }
        return true
    }

    /// Where something can be read again behind `sequence`; `nil` where nothing follows.
    func nextSequence(after sequence: UInt64) throws(JournalError) -> UInt64? {
        let archived = try archives(fresh: false).parts.map(\.entry.first)
        return (try numbers() + archived).filter { $0 > sequence }.min()
    }

    func missing(_ wanted: UInt64, _ later: UInt64) -> JournalError {
        JournalError(
            .damaged,
            "read the journal in",
            directory,
            reason: "sequence number \(wanted) is missing; the next segment begins with \(later)",
            advice: JournalError.verifyAdvice,
            sequence: wanted
        )
    }

    /// Names what can be read nowhere, and where it was looked for.
    func gone(from wanted: UInt64, to last: UInt64) -> JournalError {
        let problems = (known?.places ?? []).compactMap { place in
            place.problem.map { "\(place.directory): \($0.reason)" }
        }
        let places = problems.isEmpty ? "" : " (\(problems.joined(separator: "; ")))"
        return JournalError(
            .archived,
            "read the journal in",
            directory,
            reason: "events \(wanted) to \(last) are neither in a segment nor in an archive that "
                + "is known\(places)",
            advice: "name the directory of their archives with --archive, or begin at a higher "
                + "sequence number",
            sequence: wanted
        )
    }
}
