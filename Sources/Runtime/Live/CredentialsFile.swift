internal import Digests
internal import Exchange
internal import Platform

/// Reads a key and its secret from where the configuration says they are.
enum CredentialsFile {
    /// What such a file may have at most: two lines.
    private static let longest = 4096

    /// Reads them.
    ///
    /// - Throws: ``RunFailure`` that names the place and what to do, never what stands there.
    static func read(_ settings: CredentialSettings) throws -> VenueCredentials {
        switch settings {
        case .environment(let key, let secret):
            return VenueCredentials(
                key: try variable(key),
                secret: hidden(Array(try variable(secret).utf8))
            )
        case .file(let path): return try file(path.resolved)
        }
    }

    private static func variable(_ name: String) throws -> String {
        guard let value = CurrentProcess.environment(name), !value.isEmpty else {
            throw RunFailure(
                "the environment has no \(name), which venue.credentials names; export it where "
                    + "the engine is started"
            )
        }
        return value
    }

    private static func file(_ path: String) throws -> VenueCredentials {
        guard let status = try FileSystem.status(path) else {
            throw RunFailure("\(path), which venue.credentials names, is not there")
        }
        guard status.isRegular, status.size <= longest, status.owner == CurrentProcess.userID,
            status.permissions & 0o177 == 0
        else {
            throw RunFailure(
                refusing: "\(path) must be a plain file of the one who runs this with mode 0600: "
                    + "chmod 600 it, and make a new key if others could read it"
            )
        }
        let lines = try FileSystem.read(path)
            .split(separator: 0x0A)
            .map { line in Array(line.filter { $0 != 0x0D && $0 != 0x20 }) }
            .filter { !$0.isEmpty }
        guard lines.count == 2 else {
            throw RunFailure(
                refusing: "\(path) must have two lines, the key and its secret; it has "
                    + "\(lines.count)"
            )
        }
        return VenueCredentials(
            key: String(decoding: lines[0], as: UTF8.self),
            secret: hidden(lines[1])
        )
    }

    private static func hidden(_ bytes: [UInt8]) -> SecretBytes {
        let secret = SecretBytes(count: bytes.count)
        secret.withMutableSpan { span in
            for index in bytes.indices { span[index] = bytes[index] }
        }
        return secret
    }
}
