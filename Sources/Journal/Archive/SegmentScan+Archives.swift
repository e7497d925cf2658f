internal import Digests
internal import Platform

extension SegmentScan {
    /// Scans the archives that come before the segments, or before what is wanted of them; a whole
    /// scan looks at every archive there is.
    mutating func scanArchives(before first: UInt64?) throws(JournalError) {
        let isWhole = request.from == 0
        let wanted = request.expectedHash == nil ? max(request.from, 1) : request.from + 1
        guard isWhole || wanted < first ?? .max else { return }
        guard let (set, id) = try archives() else { return }
        for place in set.places where isWhole { note(place) }
        for part in set.parts {
            if part.entry.last < first ?? .max {
                if part.entry.last >= request.from { scan(part, of: id, isWhole: isWhole) }
            } else if isWhole {
                checkAside(part, of: id)
            }
        }
    }

    /// The archives of the journal at hand, and its id; `nil` where that cannot be told.
    private func archives() throws(JournalError) -> (set: ArchiveSet, id: JournalID)? {
        if let id = try layout.archiveManifest()?.journalID {
            return (ArchiveSet([layout.directory] + request.archives, of: id), id)
        }
        let places = ArchivePlaces(layout: layout)
        let roots = try places.roots()
        if request.archives.isEmpty && roots.isEmpty { return nil }
        guard let id = try journalID() else { return nil }
        let directories = try places.directories(of: id, named: request.archives)
        return (ArchiveSet(directories, of: id), id)
    }

    /// The journal's id, as its first readable batch says, or else its witness.
    private func journalID() throws(JournalError) -> JournalID? {
        for number in try layout.segmentNumbers() {
            let id = try translating("read the first batch of") { () throws(PlatformError) in
                try RawSegment(layout.segment(number))?.firstHeader()?.journalID
            }
            if let id { return id }
        }
        return try WitnessReading(layout.witness).slots.first?.journalID
    }

    private mutating func note(_ place: (directory: String, problem: JournalError?)) {
        // That archives are nowhere is told where the journal counts on them.
        guard let problem = place.problem, problem.code != .missing else { return }
        let (path, advice) = (problem.path, problem.advice)
        add(Finding(.archive, .damage, path: path, meaning: problem.reason, advice: advice))
    }

    /// Takes the batches of an archive as if they stood in a segment.
    private mutating func scan(_ part: ArchiveSet.Part, of id: JournalID, isWhole: Bool) {
        let entry = part.entry
        if let next, next != entry.first {
            let found = "the archive begins with \(entry.first), the one before ends with "
            add(
                damage(part, min(next, entry.first)...max(next, entry.first), found + "\(next - 1)")
            )
            forget()
        }
        let before = (report.batches, report.events)
        do throws(JournalError) {
            // Damage of the file is one finding; which events it hits, the frames tell.
            if isWhole, let objection = try objection(toFileOf: part) {
                add(damage(part, entry.first...entry.last, objection))
            }
            let reader = try ArchiveReader(part, of: id)
            for frame in reader.table.frames.indices { scan(part, reader, frame) }
        } catch {
            add(damage(part, entry.first...entry.last, error.reason))
            forget()
        }
        report.bytes += entry.fileBytes
        guard isWhole, next == entry.last + 1 else { return }
        let counts = (report.batches - before.0, report.events - before.1)
        if previousHash != entry.chainHash || counts != (entry.batches, entry.events) {
            add(
                damage(part, entry.first...entry.last, "the manifest counts or hashes it otherwise")
            )
        }
    }

    /// Takes the batches of one frame; what is wrong with it says nothing about the others.
    private mutating func scan(_ part: ArchiveSet.Part, _ reader: ArchiveReader, _ frame: Int) {
        let range = reader.fileRange(ofFrame: frame)
        let sequences = reader.sequences(ofFrame: frame)
        if sequences.upperBound < request.from { return }
        do throws(JournalError) {
            _ = try reader.forEachBatch(ofFrame: frame) { (header, bytes) in
                if header.lastSequence >= request.from {
                    check(header.firstSequence, range, bytes, part.path, segment: part.entry.first)
                }
                return .proceed
            }
        } catch {
            add(damage(part, sequences, bytes: range, error.reason))
            forget()
        }
    }

    private func objection(toFileOf part: ArchiveSet.Part) throws(JournalError) -> String? {
        let (bytes, hash) = try ArchiveEntry.hash(of: part.path)
        if bytes == part.entry.fileBytes, hash == part.entry.fileHash { return nil }
        return "its SHA-256 is \(hash) over \(bytes) bytes, the manifest says "
            + "\(part.entry.fileHash) over \(part.entry.fileBytes)"
    }

    /// Checks an archive of events that still stand in a segment.
    private mutating func checkAside(_ part: ArchiveSet.Part, of id: JournalID) {
        do throws(JournalError) {
            guard try ArchiveEntry(verifying: part.path, of: id) == part.entry else {
                throw ArchiveReader.damaged(part.path, "the manifest tells otherwise of it")
            }
        } catch {
            add(damage(part, part.entry.first...part.entry.last, error.reason))
        }
    }

    /// What comes next can be compared with nothing.
    private mutating func forget() {
        next = nil
        previousHash = nil
    }

    private func damage(
        _ part: ArchiveSet.Part,
        _ sequences: ClosedRange<UInt64>,
        bytes: Range<Int>? = nil,
        _ meaning: String
    ) -> Finding {
        Finding(
            .archive,
            .damage,
            sequences: sequences,
            path: part.path,
            bytes: bytes,
            meaning: meaning,
            advice: JournalError.copyAdvice
        )
    }

    /// Finds the hashes that were asked for and lie in archives.
    mutating func lookUpArchived() throws(JournalError) {
        let missing = wanted.filter { report.hashes[$0] == nil && $0 < report.begin }
        guard !missing.isEmpty, let (set, id) = try archives() else { return }
        for sequence in missing.sorted() {
            guard let part = set.part(holding: sequence) else { continue }
            do throws(JournalError) {
                try ArchiveReader(part, of: id).forEachBatch(from: sequence) { header, bytes in
                    if header.lastSequence == sequence {
                        report.hashes[sequence] = hasher.digest(of: bytes)
                    }
                    return header.lastSequence < sequence ? .proceed : .stop
                }
            } catch {
                add(damage(part, sequence...sequence, error.reason))
            }
        }
    }
}
