internal import Platform
internal import Runtime

/// Finds the secrets that this machine knows: so that they can be looked for and taken out.
///
/// A configuration never holds a secret, it names an environment variable or a file with mode
/// 0600. Every text of a configuration is tried as such a name, whatever its key, and so is every
/// variable of the environment whose name says what it is.
struct SecretFinder {
    /// What was found.
    private(set) var secrets: [SecretValue] = []
    private var seen: Set<String> = []

    /// A file that is larger holds no key.
    private static let fileLimit = 64 << 10

    /// Words in names of variables.
    private static let words = [
        "KEY", "SECRET", "TOKEN", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "AUTH",
    ]

    /// Takes the values of variables whose names say that they are secret.
    mutating func takeEnvironment() {
        for (name, value) in CurrentProcess.environment {
            let name = name.uppercased()
            if Self.words.contains(where: { name.contains($0) }) { take(value) }
        }
    }

    /// Takes what the texts of a configuration name.
    ///
    /// - Parameters:
    ///   - texts: Every text in it.
    ///   - directory: What relative paths are relative to; `nil` where that is not known.
    /// - Throws: `PlatformError` where a file that looks like a secret cannot be read.
    mutating func take(named texts: [String], relativeTo directory: String?) throws(PlatformError) {
        for text in texts where !text.isEmpty && !text.utf8.contains(0) {
            if let value = CurrentProcess.environment(text) { take(value) }
            let path: String
            if text.hasPrefix("/") {
                path = text
            } else if let directory {
                path = directory.isEmpty ? text : directory + "/" + text
            } else {
                continue
            }
            guard let status = try status(path), status.isRegular, status.permissions & 0o077 == 0,
                status.size <= Self.fileLimit
            else { continue }
            let bytes = try FileSystem.read(path, limit: Self.fileLimit)
            take(file: String(decoding: bytes, as: UTF8.self))
        }
    }

    /// A text that cannot be a path names no file.
    private func status(_ path: String) throws(PlatformError) -> FileSystem.Status? {
        do throws(PlatformError) {
            return try FileSystem.status(path)
        } catch {
            return nil
        }
    }

    /// The whole of a file, each of its lines, and each word in them that is long enough.
    private mutating func take(file text: String) {
        take(text)
        for line in text.split(whereSeparator: \.isNewline) {
            take(String(line))
            for word in line.split(whereSeparator: { " \t:=,;\"'{}[]()".contains($0) })
            where word.utf8.count >= 12 { take(String(word)) }
        }
    }

    private mutating func take(_ value: String) {
        var trimmed = value[...]
        while let last = trimmed.last, last.isWhitespace { trimmed.removeLast() }
        while let first = trimmed.first, first.isWhitespace { trimmed.removeFirst() }
        guard seen.insert(String(trimmed)).inserted, let secret = SecretValue(String(trimmed))
        else { return }
        secrets.append(secret)
    }
}
