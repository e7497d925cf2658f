import Runtime

/// `holdfast keygen`: makes the pair of keys that checkpoints are signed and verified with.
enum KeygenCommand {
    static let syntax = CommandSyntax(
        "keygen",
        summary: "Makes a key to sign the journal with.",
        discussion: """
            FILE gets the private key, with mode 0600, and FILE.pub the public one. Name FILE in
            the configuration as signing.keyFile, and keep FILE.pub away from this machine: with
            it `journalctl verify --public-key` proves what was signed. No file is written over.
            """,
        options: [OptionSyntax("to", "FILE", isRequired: true, summary: "the key file to make")]
    )

    static func run(_ arguments: ParsedArguments) throws -> Int32 {
        let path = arguments.text("to") ?? ""
        let name = try KeyFile.make(path)
        try Console.say("\(path): a private Ed25519 key, for you alone")
        try Console.say("\(path).pub: its public key, SHA-256 \(name)")
        return 0
    }
}
