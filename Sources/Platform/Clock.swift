internal import Glibc

/// The clocks of the machine, in nanoseconds.
public enum Clock {
    /// Time since some moment in the past; never goes back, stands still while suspended.
    public static func monotonic() -> Int64 { read(CLOCK_MONOTONIC) }

    /// Time since 1970-01-01 UTC; may jump when the clock is set.
    public static func wall() -> Int64 { read(CLOCK_REALTIME) }

    /// Processor time used by the calling thread.
    public static func threadProcessorTime() -> Int64 { read(CLOCK_THREAD_CPUTIME_ID) }

    /// Blocks the calling thread for at least `nanoseconds`.
    public static func pause(nanoseconds: Int64) {
        var rest = timespec(
            tv_sec: Int(nanoseconds / 1_000_000_000),
            tv_nsec: Int(nanoseconds % 1_000_000_000)
        )
        var left = timespec()
        while unsafe nanosleep(&rest, &left) == -1, errno == EINTR { rest = left }
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// Bytes that nobody can guess, from the operating system.
public enum RandomBytes {
    /// Draws `count` bytes.
    public static func draw(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
