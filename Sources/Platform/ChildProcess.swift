internal import CPlatform
internal import Glibc

/// Runs another program and collects what it prints.
public enum ChildProcess {
    /// How a program ended.
    public enum Ending: Hashable, Sendable {
        /// By itself, with an exit status.
        case exited(Int32)
        /// By a signal.
        case killed(signal: Int32)
        /// It ran longer than allowed and was killed.
        case timedOut
    }

    /// What came of a run.
    public struct Outcome: Hashable, Sendable {
        /// How it ended.
        public let ending: Ending
        /// Its standard output, cut at the limit.
        public let output: [UInt8]
    }

    /// Runs `executable` and waits for its end.
    ///
    /// Standard input is empty, standard error is shared, other descriptors are closed.
    ///
    /// - Parameters:
    ///   - executable: path of the program.
    ///   - arguments: without the program's name.
    ///   - timeLimit: nanoseconds, after which it is killed.
    ///   - outputLimit: bytes of output kept.
    /// - Returns: how it ended and what it printed.
    /// - Throws: ``PlatformError`` when it cannot be started.
    public static func run(
        _ executable: String,
        arguments: [String],
        timeLimit: Int64,
        outputLimit: Int = 64 << 20
    ) throws(PlatformError) -> Outcome {
        let pipe = try Descriptor.pipe()
        defer { close(pipe.reading) }
        let id: pid_t
        do throws(PlatformError) {
            id = try spawn(executable, arguments: arguments, output: pipe.writing)
        } catch {
            close(pipe.writing)
            throw error
        }
        close(pipe.writing)
        let deadline = Clock.monotonic() + timeLimit
        let (output, isLate) = collect(pipe.reading, deadline: deadline, limit: outputLimit)
        if isLate { kill(id, SIGKILL) }
        return Outcome(ending: isLate ? late(id) : reap(id, deadline: deadline), output: output)
    }

    /// Starts `executable` without waiting, its standard output going nowhere, other descriptors
    /// but standard error closed.
    public static func start(
        _ executable: String,
        arguments: [String]
    ) throws(PlatformError) -> RunningChild {
        RunningChild(id: try spawn(executable, arguments: arguments, output: nil))
    }

    private static func spawn(
        _ executable: String,
        arguments: [String],
        output: Int32?
    ) throws(PlatformError) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        if let output {
            unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
        } else {
            unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        }
        // Libraries open some without a mark that a program leaves them behind: a connection that
        // a child holds as well does not end when we close it.
        unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // Threads of a pool block every signal, and a program would begin as they are.
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var words: [UnsafeMutablePointer<CChar>?] = unsafe ([executable] + arguments).map {
            unsafe strdup($0)
        }
        unsafe words.append(nil)
        defer { for index in unsafe words.indices { unsafe free(words[index]) } }
        var id: pid_t = 0
        let code = unsafe posix_spawn(&id, executable, &actions, &attributes, words, environ)
        guard code == 0 else {
            throw PlatformError(action: "start", subject: executable, code: code)
        }
        return id
    }

    private static func collect(
        _ descriptor: Int32,
        deadline: Int64,
        limit: Int
    ) -> (output: [UInt8], isLate: Bool) {
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let left = deadline - Clock.monotonic()
            if left <= 0 { return (output, true) }
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let milliseconds = Int32(clamping: left / 1_000_000 + 1)
            let ready = unsafe poll(&entry, 1, milliseconds)
            if ready == 0 || (ready < 0 && errno == EINTR) { continue }
            let count = retrying { unsafe Glibc.read(descriptor, &chunk, chunk.count) }
            if count <= 0 { return (output, false) }
            output.append(contentsOf: chunk[..<min(count, max(0, limit - output.count))])
        }
    }

    private static func late(_ id: pid_t) -> Ending {
        var status: Int32 = 0
        _ = retrying { unsafe waitpid(id, &status, 0) }
        return .timedOut
    }

    /// Waits for a program that has closed its output; one that lives on is killed when late.
    private static func reap(_ id: pid_t, deadline: Int64) -> Ending {
        var status: Int32 = 0
        while true {
            let done = retrying { unsafe waitpid(id, &status, WNOHANG) }
            if done == id { return ending(status) }
            if done < 0 { return .exited(-1) }
            if Clock.monotonic() > deadline {
                kill(id, SIGKILL)
                return late(id)
            }
            Clock.pause(nanoseconds: 200_000)
        }
    }

    static func ending(_ status: Int32) -> Ending {
        let signal = status & 0x7F
        return signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
    }
}
