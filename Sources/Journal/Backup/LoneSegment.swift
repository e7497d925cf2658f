internal import Platform

/// The file of one segment, without the journal around it.
public enum LoneSegment {
    /// Makes a directory that is a journal of one segment, by links to a file that is not touched.
    ///
    /// Where the file lies in a journal that is being written, its locks are linked too, so that
    /// it is read as beside a writer.
    ///
    /// - Parameters:
    ///   - file: the file; `data.mdb`, whatever its name is now.
    ///   - directory: where to make the journal; it must exist.
    /// - Returns: the sequence number under which the segment is, which is 1 where nothing tells.
    /// - Throws: ``JournalError`` with `system`.
    public static func link(
        _ file: String,
        into directory: String
    ) throws(JournalError) -> UInt64 {
        let layout = JournalLayout(directory: directory)
        return try translating("read the segment") { () throws(PlatformError) in
            let file = try FileSystem.resolve(file)
            let folder = FileSystem.parent(of: file)
            let aside = layout.segments + "/lone.new"
            try FileSystem.createDirectories(aside)
            try FileSystem.createLink(at: aside + "/data.mdb", to: file)
            let first =
                try firstSequence(aside) ?? JournalLayout.sequence(FileSystem.name(of: folder))
            let place = layout.segment(first ?? 1)
            let segments = FileSystem.parent(of: folder)
            if FileSystem.name(of: segments) == "segments" {
                let lock = FileSystem.parent(of: segments) + "/writer.lock"
                if try LockFile.isHeld(lock) {
                    try FileSystem.createLink(at: layout.lock, to: lock)
                    try FileSystem.createLink(at: aside + "/lock.mdb", to: folder + "/lock.mdb")
                }
            }
            try FileSystem.rename(aside, to: place)
            return first ?? 1
        }
    }

    /// The number that the first batch says; `nil` where it cannot be read.
    private static func firstSequence(_ directory: String) throws(PlatformError) -> UInt64? {
        try RawSegment(directory)?.firstHeader()?.firstSequence
    }
}
