/// What a recorded program may leave, and what its command must do when it is given again.
enum StateRule: String, Codable {
    /// A script of the suite, whose events mean nothing.
    case script
    /// The journal stands, and replay gives its state.
    case program
    /// Segments are taken out, and nothing is kept of them.
    case removal
    /// Segments are taken out, and archives hold them.
    case archiving
    /// The journal is untouched; the backup is not there, or whole.
    case backup
    /// The old journal stands, or the restored one.
    case restore

    /// Whether the whole history can be read at every moment.
    var keepsAll: Bool { self != .removal }
}
