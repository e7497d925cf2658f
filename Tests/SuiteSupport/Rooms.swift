package import Platform

/// Where programs live and die: in memory, where there is a file system for it, and on disk.
///
/// A killed process loses nothing that it has written, synced or not; so memory finds the same
/// faults in a fraction of the time.
package struct Rooms {
    /// The one in memory, where there can be one.
    package let quick: String
    /// The one on disk.
    package let disk: String

    /// Makes both.
    ///
    /// - Parameter suite: The word that tells whose they are.
    /// - Throws: `PlatformError` where they cannot be made.
    package init(_ suite: String) throws(PlatformError) {
        let name = "holdfast-\(suite)-\(CurrentProcess.id)"
        disk = (CurrentProcess.environment("TMPDIR") ?? "/tmp") + "/" + name
        let memory = "/dev/shm"
        quick = try FileSystem.status(memory) == nil ? disk + "/quick" : memory + "/" + name
        try FileSystem.createDirectories(disk)
        try FileSystem.createDirectories(quick)
    }

    /// Forgets both.
    package func remove() throws(PlatformError) {
        try FileSystem.removeTree(quick)
        try FileSystem.removeTree(disk)
    }
}

/// Tells at once, so that a suite that is stopped has told what it found.
package func say(_ text: String) {
    do throws(PlatformError) {
        try Terminal.write("\(text)\n", to: .output)
    } catch {
        CurrentProcess.exit(2)
    }
}
