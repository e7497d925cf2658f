internal import Glibc

extension Terminal {
    /// Writes all bytes to a standard stream, without a buffer of its own.
    ///
    /// - Throws: ``PlatformError``; ``PlatformError/isBrokenPipe`` where the reader has gone and
    ///   SIGPIPE is ignored.
    public static func write(_ bytes: [UInt8], to stream: Stream) throws(PlatformError) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                retrying {
                    unsafe Glibc.write(
                        stream.rawValue,
                        buffer.baseAddress?.advanced(by: done),
                        buffer.count - done
                    )
                }
            }
            guard count >= 0 else {
                throw PlatformError.last("write to", "standard stream \(stream.rawValue)")
            }
            done += count
        }
    }
}

extension PlatformError {
    /// Whether the reader of a pipe has gone.
    public var isBrokenPipe: Bool { code == EPIPE }
}
