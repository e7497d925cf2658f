internal import CPlatform
internal import Glibc

/// Lines that come from a file, a pipe or standard input, as they come.
public final class LineInput {
    private let path: String
    private let descriptor: Int32
    private var rest: [UInt8] = []
    private var isAtEnd = false

    /// Longer lines are refused.
    public static let longestLine = 1 << 16

    /// Opens a file; `-` is standard input.
    public init(path: String) throws(PlatformError) {
        self.path = path
        guard path != "-" else {
            descriptor = STDIN_FILENO
            return
        }
        let opened = retrying { unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) }
        guard opened >= 0 else { throw PlatformError.last("open", path) }
        descriptor = opened
    }

    deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

    /// Waits for the next lines, and gives all that are there, without their line feeds.
    ///
    /// What stands behind the last line feed is a line as well.
    ///
    /// - Returns: The lines; `nil` at the end.
    /// - Throws: `PlatformError`, also for a line that is too long.
    public func next() throws(PlatformError) -> [[UInt8]]? {
        while !isAtEnd {
            var bytes = [UInt8](repeating: 0, count: Self.longestLine)
            let size = bytes.count
            let count = retrying { unsafe read(descriptor, &bytes, size) }
            guard count >= 0 else { throw PlatformError.last("read", path) }
            rest += bytes[..<count]
            isAtEnd = count == 0
            var lines = rest.split(separator: 0x0A, omittingEmptySubsequences: false)
            let last = lines.removeLast()
            let whole = lines.map(Array.init) + (isAtEnd && !last.isEmpty ? [Array(last)] : [])
            rest = Array(last)
            guard rest.count < Self.longestLine, whole.allSatisfy({ $0.count < Self.longestLine })
            else { throw PlatformError(action: "read a line of", subject: path, code: EMSGSIZE) }
            if !whole.isEmpty { return whole }
        }
        return nil
    }
}
