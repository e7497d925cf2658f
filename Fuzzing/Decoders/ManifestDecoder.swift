import Platform

@testable import Journal

/// The list of a journal's archives.
final class ManifestDecoder: Decoder {
    private let directory: String

    init(scratch: String) { directory = scratch }

    func take(_ bytes: [UInt8]) throws {
        try write(bytes)
        guard let manifest = try load() else { return }
        try manifest.save(in: directory)
        guard let again = try load() else {
            throw Contradiction("a manifest is read as it was written")
        }
        try require(
            again.entries == manifest.entries && again.journalID == manifest.journalID,
            "a manifest is the same when it is read again"
        )
        let set = ArchiveSet([directory], of: manifest.journalID)
        try require(set.parts.count == manifest.entries.count, "every archive is known")
    }

    private func write(_ bytes: [UInt8]) throws {
        let file = try File(path: directory + "/" + ArchiveManifest.fileName, mode: .replace)
        try file.write(bytes.span, at: 0)
    }

    private func load() throws -> ArchiveManifest? {
        do throws(JournalError) {
            return try ArchiveManifest.load(directory)
        } catch {
            try require(error.code != .system, "\(error)")
            return nil
        }
    }
}

/// The list of what a salvage could not find.
final class GapsDecoder: Decoder {
    private let layout: JournalLayout
    private let id = JournalID(low: 1, high: 2)

    init(scratch: String) { layout = JournalLayout(directory: scratch) }

    func take(_ bytes: [UInt8]) throws {
        let file = try File(path: layout.gaps, mode: .replace)
        try file.write(bytes.span, at: 0)
        guard let gaps = try read() else { return }
        for (one, next) in zip(gaps, gaps.dropFirst()) {
            try require(one.last < next.first, "gaps ascend")
        }
        for gap in gaps { try require(!"\(gap)".isEmpty, "a gap has words") }
        // Numbers above half of all there are have no place in this JSON.
        let isSmall = gaps.allSatisfy { gap in
            gap.last <= UInt64(Int64.max)
                && gap.evidence.allSatisfy { max($0.first ?? 0, $0.last ?? 0) <= UInt64(Int64.max) }
        }
        guard isSmall, !gaps.isEmpty else { return }
        try GapFile.write(gaps, of: id, to: layout)
        let again = try read()
        let isSame = again.map { again in
            zip(again, gaps).allSatisfy { $0.first == $1.first && $0.last == $1.last }
                && again.count == gaps.count
        }
        try require(isSame == true, "gaps are the same when they are read again")
    }

    private func read() throws -> [JournalGap]? {
        do throws(JournalError) {
            return try GapFile.read(in: layout.directory)?.gaps
        } catch {
            try require(error.code != .system, "\(error)")
            return nil
        }
    }
}
