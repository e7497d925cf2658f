/// Why bytes are not the key that they should be.
public enum KeyFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// They hold no private key in PEM.
    case noPrivateKey
    /// They hold no public key in PEM.
    case noPublicKey
    /// They hold a key for something else than Ed25519.
    case notEd25519
    /// The key is closed by a passphrase, which nobody is there to enter.
    case encrypted

    /// What is wrong, and what would be right.
    public var description: String {
        switch self {
        case .noPrivateKey:
            "it holds no private key in PEM, as \"-----BEGIN PRIVATE KEY-----\" begins one"
        case .noPublicKey:
            "it holds no public key in PEM, as \"-----BEGIN PUBLIC KEY-----\" begins one"
        case .notEd25519: "its key is not one for Ed25519"
        case .encrypted: "its key is closed by a passphrase, which nobody is there to enter"
        }
    }
}
