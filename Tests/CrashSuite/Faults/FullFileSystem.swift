import Platform
import SuiteSupport

/// A small file system that is really full: a run on it ends, and goes on when there is room.
struct FullFileSystem {
    /// The kinds that are tried, each with the command that makes one at a path.
    private static let kinds = [
        ("tmpfs", "mount -t tmpfs -o size=16m tmpfs \"$1\""),
        (
            "ext4",
            "truncate -s 16m \"$1.image\" && mkfs.ext4 -q -m 0 \"$1.image\" "
                + "&& mount -o loop \"$1.image\" \"$1\""
        ),
    ]

    let program: Program
    let scene: Scene
    let reference: Outcome
    let room: String

    /// Prepares a market to be traded on the file systems.
    init(_ program: Program, seed: UInt64, in directory: String) throws {
        self.program = program
        room = directory
        try FileSystem.removeTree(room)
        try FileSystem.createDirectories(room)
        var settings = SceneSettings()
        settings.diskReserve = "0B"
        settings.logDirectory = nil
        settings.stateDirectory = "disk/state"
        var scene = try Scene.generated(in: room, seed: seed, minutes: 1, settings)
        scene.journal = "disk/journal"
        scene.state = settings.stateDirectory
        self.scene = scene
        reference = try program.finish(try Place(room + "/reference", scene))
    }

    /// Fills each file system up to every place, as far as this process may make any.
    ///
    /// - Parameter stride: Every Nth place is taken.
    /// - Returns: What was done, a line for each kind.
    /// - Throws: ``SuiteFailure`` where a run did not end as it should.
    func run(stride: Int) throws -> [String] {
        try Self.kinds.map { name, command in
            let place = try Place("\(room)/\(name)", scene)
            let disk = place.directory + "/disk"
            try FileSystem.createDirectory(disk)
            guard try shell(command, disk) else {
                return "a full \(name): skipped, this process may not make one"
            }
            do {
                let runs = try fill(place, disk, stride: stride)
                try FileSystem.removeTree(place.state)
                guard try shell("umount \"$1\"", disk) else {
                    throw SuiteFailure("\(disk) cannot be unmounted")
                }
                return "a full \(name): runs that ended for want of room, and went on: \(runs)"
            } catch {
                throw SuiteFailure("a full \(name): \(error); it is kept in \(disk)")
            }
        }
    }

    private func shell(_ command: String, _ argument: String) throws -> Bool {
        let quiet = "{ \(command); } >/dev/null 2>&1"
        let child = try ChildProcess.start("/bin/sh", arguments: ["-c", quiet, "sh", argument])
        return child.wait() == .exited(0)
    }

    private func fill(_ place: Place, _ disk: String, stride: Int) throws -> Int {
        var runs = 0
        var room = 8 << 10
        while try run(place, disk, room: room) {
            runs += 1
            room += 4096 * stride
        }
        return runs
    }

    /// One run with so many bytes left.
    ///
    /// - Returns: Whether they were too few.
    private func run(_ place: Place, _ disk: String, room: Int) throws -> Bool {
        for name in try FileSystem.list(disk) where name != "lost+found" {
            try FileSystem.removeTree(disk + "/" + name)
        }
        let ballast = disk + "/ballast"
        let free = try FileSystemKind(at: disk).freeBytes
        try File(path: ballast, mode: .createNew).allocate(free - room)
        try FileSystem.removeFile(place.messages)
        let ending = try program.start(place).wait()
        if ending == .exited(0) { return false }
        // A start that found no room could not be tried; later the engine was ended.
        guard [.exited(1), .exited(2)].contains(ending) else {
            throw SuiteFailure("it ended with \(ending)")
        }
        guard place.lastMessages.contains("the disk is full") else {
            throw SuiteFailure("it did not say that the disk is full: \(place.lastMessages)")
        }
        _ = try Autopsy(of: place, program, epochsBefore: 0)
        try FileSystem.removeFile(ballast)
        if let difference = try program.finish(place).difference(from: reference) {
            throw SuiteFailure(difference)
        }
        _ = try Autopsy(of: place, program, epochsBefore: 0)
        return true
    }
}
