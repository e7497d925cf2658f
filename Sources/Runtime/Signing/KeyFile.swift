public import Digests
internal import Platform

/// Why a file of keys cannot be used or made.
public struct KeyFileFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Whether the file was refused (exit 1), rather than not there or not readable (exit 2).
    public let isRefusal: Bool
    /// What was being done, to what, why it failed and what to try.
    public let description: String

    init(refusing description: String) {
        isRefusal = true
        self.description = description
    }

    init(_ description: String) {
        isRefusal = false
        self.description = description
    }
}

/// The files that keys are kept in: PEM, as openssl writes them.
public enum KeyFile {
    /// What a file of keys may have at most; openssl writes 119 bytes.
    private static let longest = 64 << 10

    /// Reads the private key that checkpoints are signed with.
    ///
    /// The file must be a plain one that belongs to the user who runs this and that nobody else
    /// may open.
    ///
    /// - Throws: ``KeyFileFailure``.
    public static func signingKey(_ path: String) throws(KeyFileFailure) -> SigningKey {
        let status = try status(path)
        guard status.owner == CurrentProcess.userID else {
            throw refusal(path, "it belongs to another user", "chown it to the one who runs this")
        }
        guard status.permissions & 0o177 == 0 else {
            let mode = "0" + String(status.permissions, radix: 8)
            throw refusal(
                path,
                "its mode is \(mode), so that others may use it",
                "chmod 600 it, and make a new key if others could read it"
            )
        }
        let text = SecretBytes(count: status.size)
        try translating { () throws(PlatformError) in
            let file = try File(path: path, mode: .read)
            _ = try text.withMutableSpan { (span) throws(PlatformError) in
                try file.read(into: &span, at: 0)
            }
        }
        do throws(KeyFault) {
            return try SigningKey(pem: text)
        } catch {
            throw refusal(path, "\(error)", "make one with `holdfast keygen --to FILE`")
        }
    }

    /// Reads a public key.
    ///
    /// - Throws: ``KeyFileFailure``.
    public static func verifyingKey(_ path: String) throws(KeyFileFailure) -> VerifyingKey {
        _ = try status(path)
        let text = try translating { () throws(PlatformError) in try FileSystem.read(path) }
        do throws(KeyFault) {
            return try VerifyingKey(pem: text.span)
        } catch {
            throw refusal(path, "\(error)", "name the .pub file of the key that signed")
        }
    }

    /// Makes a new pair: `path` for its owner's eyes, `path` with `.pub` for everybody's.
    ///
    /// - Returns: What names the pair: SHA-256 of the public key, in hexadecimal.
    /// - Throws: ``KeyFileFailure``, also where one of the files is there already.
    public static func make(_ path: String) throws(KeyFileFailure) -> String {
        let open = path + ".pub"
        for name in [path, open] where try isThere(name) {
            throw KeyFileFailure(
                refusing: "cannot make the key \(path): \(name) is there already, and a key is "
                    + "never written over; name another file"
            )
        }
        let key = SigningKey.generate()
        try translating { () throws(PlatformError) in
            let file = try File(path: path, mode: .createNew, permissions: 0o600)
            try key.pem.withSpan { (span) throws(PlatformError) in try file.write(span, at: 0) }
            try file.sync()
            let text = key.publicKey.pem
            let openFile = try File(path: open, mode: .createNew)
            try openFile.write(text.span, at: 0)
            try openFile.sync()
            try FileSystem.syncDirectory(FileSystem.parent(of: path))
        }
        return "\(key.publicKey.fingerprint)"
    }

    /// Reads the key of settings, and says what it would do.
    ///
    /// - Throws: ``KeyFileFailure`` where it cannot be used.
    public static func words(for settings: SigningSettings) throws(KeyFileFailure) -> String {
        let key = try signingKey(settings.keyFile.resolved).publicKey
        return "signing every \(UnitText.text(settings.every)) with key \(key.fingerprint)"
    }

    private static func isThere(_ path: String) throws(KeyFileFailure) -> Bool {
        try translating { () throws(PlatformError) in try FileSystem.status(path) != nil }
    }

    private static func status(
        _ path: String
    ) throws(KeyFileFailure) -> FileSystem.Status {
        let found = try translating { () throws(PlatformError) in try FileSystem.status(path) }
        guard let status = found else {
            throw KeyFileFailure(
                "cannot read the key in \(path): there is nothing at this path; make one with "
                    + "`holdfast keygen --to FILE`, or name another file"
            )
        }
        guard status.isRegular, status.size <= longest else {
            throw refusal(path, "it is no plain file of a key's size", "name the key's file")
        }
        return status
    }

    private static func translating<Result>(
        _ body: () throws(PlatformError) -> Result
    ) throws(KeyFileFailure) -> Result {
        do throws(PlatformError) { return try body() } catch { throw KeyFileFailure("\(error)") }
    }

    private static func refusal(
        _ path: String,
        _ reason: String,
        _ advice: String
    ) -> KeyFileFailure {
        KeyFileFailure(refusing: "cannot use the key in \(path): \(reason); \(advice)")
    }
}
