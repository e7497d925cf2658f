/// How much a log record matters.
public enum LogLevel: UInt8, Sendable, CaseIterable, Comparable {
    /// Every step; for finding a fault.
    case debug = 1
    /// What a person following the run wants to see.
    case info = 2
    /// Something is unusual and was dealt with.
    case warning = 3
    /// Something failed.
    case error = 4
    /// A person must look now.
    case alarm = 5

    /// The word used in configuration and output.
    public var name: String {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        case .alarm: "alarm"
        }
    }

    /// Whether one matters less than another.
    public static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}
