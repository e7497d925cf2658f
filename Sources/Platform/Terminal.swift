internal import CPlatform
internal import Glibc

/// What the standard streams are connected to.
public enum Terminal {
    /// A standard stream of the process.
    public enum Stream: Int32, Sendable {
        /// Standard input.
        case input = 0
        /// Standard output.
        case output = 1
        /// Standard error.
        case error = 2

        var name: String {
            switch self {
            case .input: "standard input"
            case .output: "standard output"
            case .error: "standard error"
            }
        }
    }

    /// Opens `/dev/null` in the place of every standard stream that was closed.
    ///
    /// Call it first in `main`.
    ///
    /// Otherwise the next file opened takes the place, and what is meant for people is written
    /// into it: the journal, at worst.
    public static func openMissingStreams() {
        for stream in [Stream.input, .output, .error] where fcntl(stream.rawValue, F_GETFD) < 0 {
            // The lowest free number is given, which is this one: those below are open.
            _ = unsafe open("/dev/null", O_RDWR)
        }
    }

    /// Whether a stream is a terminal.
    public static func isTerminal(_ stream: Stream) -> Bool { isatty(stream.rawValue) == 1 }

    /// Whether nobody keeps what is written to a stream: it is `/dev/null`, as one that was closed.
    public static func isDiscarded(_ stream: Stream) -> Bool {
        var ours = stat()
        var null = stat()
        guard unsafe fstat(stream.rawValue, &ours) == 0, unsafe stat("/dev/null", &null) == 0 else {
            return false
        }
        return ours.st_mode & S_IFMT == S_IFCHR && ours.st_rdev == null.st_rdev
    }

    /// Columns of the terminal behind a stream; `nil` when it is none.
    public static func width(_ stream: Stream) -> Int? {
        var size = winsize()
        guard unsafe ioctl(stream.rawValue, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
            return nil
        }
        return Int(size.ws_col)
    }

    /// Writes text to a stream, all of it.
    ///
    /// - Returns: false where nobody reads it any more, which is no error.
    /// - Throws: `PlatformError` where it cannot be written, as to a full disk.
    @discardableResult
    public static func write(_ text: String, to stream: Stream) throws(PlatformError) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.write(stream.rawValue, bytes.baseAddress, bytes.count)
            }
            if written >= 0 {
                rest = rest.dropFirst(written)
            } else if errno == EPIPE {
                return false
            } else if errno != EINTR && errno != EAGAIN {
                throw PlatformError.last("write to", stream.name)
            }
        }
        return true
    }
}

/// Facts about the process itself.
public enum CurrentProcess {
    /// Its id.
    public static var id: Int32 { getpid() }

    /// The number of the user whose rights it has.
    public static var userID: UInt32 { geteuid() }

    /// The path of the program it runs.
    public static func executablePath() throws(PlatformError) -> String {
        try FileSystem.resolve("/proc/self/exe")
    }

    /// Bounds processor time in seconds and forbids core dumps, for work that may go wrong.
    public static func confine(processorSeconds: Int) {
        var core = rlimit(rlim_cur: 0, rlim_max: 0)
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &core)
        let seconds = rlim_t(processorSeconds)
        var time = rlimit(rlim_cur: seconds, rlim_max: seconds + 1)
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &time)
    }

    /// Ends the process with an exit status, flushing what was printed.
    public static func exit(_ status: Int32) -> Never { Glibc.exit(status) }

    /// All environment variables.
    public static var environment: [(name: String, value: String)] {
        var found: [(name: String, value: String)] = []
        var place = unsafe environ
        while let entry = unsafe place.pointee {
            let text = unsafe String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                found.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
            }
            unsafe place += 1
        }
        return found
    }

    /// The value of an environment variable.
    public static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
