internal import CWebSockets
internal import Synchronization

/// What libwebsockets has to say about itself.
///
/// The library has one log for the whole process. Nothing of it goes to standard error.
public enum LibraryLog {
    private static let taker = Mutex<(@Sendable (String) -> Void)?>(nil)

    /// Takes the library's warnings and errors, each a line; `nil` throws them away.
    ///
    /// - Parameter body: Called on whichever thread the library runs; must not block.
    public static func receive(_ body: (@Sendable (String) -> Void)?) {
        install()
        taker.withLock { $0 = body }
    }

    static func install() {
        unsafe lws_set_log_level(LLL_ERR | LLL_WARN) { _, line in
            guard let line = unsafe line else { return }
            let text = unsafe String(cString: line)
            LibraryLog.take(text.last == "\n" ? String(text.dropLast()) : text)
        }
    }

    private static func take(_ line: String) { taker.withLock { $0 }?(line) }
}
