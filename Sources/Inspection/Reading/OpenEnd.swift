internal import Journal
internal import Platform

/// What it means that the last epoch of what is read has no end.
enum OpenEnd: String {
    /// The engine runs.
    case running
    /// The engine was killed, or the machine failed.
    case unclean
    /// A copy cannot tell these two apart.
    case copied = "running when it was copied, or unclean"
    /// Segments by themselves, or archives, do not hold the end of the journal.
    case elsewhere = "goes on in another segment, or unclean"

    /// Finds out what was named.
    init(_ context: CommandContext) throws {
        let directory = context.journal
        if try context.source.isCopy() {
            self = .copied
        } else if try context.source.kind == .segment
            || FileSystem.status(directory + "/segments") == nil
        {
            self = .elsewhere
        } else {
            self = try LockFile.isHeld(directory + "/writer.lock") ? .running : .unclean
        }
    }
}
