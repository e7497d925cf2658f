import Foundation

/// What a golden journal gave when it was made; `expected.json` beside it.
struct Expectation: Codable, Equatable {
    /// How many events, and of how many kinds.
    var events: Int
    var kinds: Int
    /// The end of the journal and the hash of its last batch.
    var head: UInt64
    var chainHash: String
    /// What a replay gives.
    var stateHash: String
    var outcomeHash: String
    /// The public key of the checkpoint's signature, in hexadecimal.
    var publicKey: String

    /// Reads the file.
    init(path: String) throws {
        let data = try Data(contentsOf: URL(filePath: path))
        self = try JSONDecoder().decode(Expectation.self, from: data)
    }

    init(
        events: Int,
        kinds: Int,
        head: UInt64,
        chainHash: String,
        stateHash: String,
        outcomeHash: String,
        publicKey: String
    ) {
        self.events = events
        self.kinds = kinds
        self.head = head
        self.chainHash = chainHash
        self.stateHash = stateHash
        self.outcomeHash = outcomeHash
        self.publicKey = publicKey
    }

    /// Writes the file.
    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(self).write(to: URL(filePath: path))
    }
}

/// Bits that are turned in a copy of a golden journal, and what is found then; `damage.json`.
struct DamageExpectation: Codable {
    /// A bit of a file of the journal.
    struct Flip: Codable {
        var file: String
        var byte: Int
        var bit: Int
    }

    /// A finding, without the words.
    struct Found: Codable, Equatable {
        var severity: String
        var code: String
        var first: UInt64?
        var last: UInt64?
    }

    var name: String
    var flips: [Flip]
    var findings: [Found]

    /// Writes the file.
    static func write(_ all: [DamageExpectation], to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try encoder.encode(all).write(to: URL(filePath: path))
    }

    /// Reads the file.
    static func all(path: String) throws -> [DamageExpectation] {
        let data = try Data(contentsOf: URL(filePath: path))
        return try JSONDecoder().decode([DamageExpectation].self, from: data)
    }
}
