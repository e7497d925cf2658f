/// Something that reads bytes which anybody may have written.
///
/// It must read every byte run without ending the process, and what it made of them must not
/// contradict itself.
protocol Decoder: AnyObject, SendableMetatype {
    /// Makes a decoder; `scratch` is an empty directory of its own.
    init(scratch: String) throws

    /// Reads the bytes.
    ///
    /// - Throws: ``Contradiction``, or an error of the file system below `scratch`.
    func take(_ bytes: [UInt8]) throws
}

/// What was made of some bytes contradicts itself.
struct Contradiction: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Throws when a property does not hold.
func require(_ holds: Bool, _ rule: @autoclosure () -> String) throws(Contradiction) {
    if !holds { throw Contradiction(rule()) }
}

/// A decoder by its name.
package struct NamedDecoder: Sendable {
    /// The name: that of its file of inputs, too.
    package let name: String
    /// The longest input worth trying, in bytes.
    package let longest: Int
    private let type: any Decoder.Type

    init(_ name: String, longest: Int, _ type: any Decoder.Type) {
        self.name = name
        self.longest = longest
        self.type = type
    }

    /// Makes the decoder, as a function that reads one input.
    ///
    /// - Parameter scratch: An empty directory of its own.
    /// - Returns: Reads an input; it throws where what was made of it contradicts itself.
    /// - Throws: Errors of the file system.
    package func make(scratch: String) throws -> ([UInt8]) throws -> Void {
        try type.init(scratch: scratch).take
    }

    /// Inputs of shapes that it should know, made by code; none where what is kept is enough.
    ///
    /// - Throws: ``Contradiction`` where one cannot be made.
    package func seeds() throws -> [[UInt8]] {
        switch name {
        case "binance-answer": try VenueSeeds.answers(isBybit: false)
        case "bybit-answer": try VenueSeeds.answers(isBybit: true)
        case "private-stream": try VenueSeeds.privateMessages()
        case "bybit-message": try VenueSeeds.bybitMessages()
        case "side-journal": SideSeeds.journals()
        case "local-request": LocalSeeds.requests()
        case "local-socket": LocalSeeds.messages()
        default: []
        }
    }

    /// All of them.
    package static let all = [
        NamedDecoder("batch", longest: 4096, BatchDecoder.self),
        NamedDecoder("event", longest: 1024, EventDecoder.self),
        NamedDecoder("fold", longest: 8192, FoldDecoder.self),
        NamedDecoder("state", longest: 8192, StateDecoder.self),
        NamedDecoder("snapshot", longest: 8192, SnapshotDecoder.self),
        NamedDecoder("witness", longest: 1100, WitnessDecoder.self),
        NamedDecoder("meta", longest: 8200, MetaDecoder.self),
        NamedDecoder("pages", longest: 64 << 10, PagesDecoder.self),
        NamedDecoder("carve", longest: 16 << 10, CarveDecoder.self),
        NamedDecoder("salvage", longest: 24 << 10, SalvageDecoder.self),
        NamedDecoder("archive", longest: 8192, ArchiveDecoder.self),
        NamedDecoder("manifest", longest: 4096, ManifestDecoder.self),
        NamedDecoder("bundle", longest: 8192, BundleDecoder.self),
        NamedDecoder("gaps", longest: 4096, GapsDecoder.self),
        NamedDecoder("journal", longest: 16 << 10, JournalDecoder.self),
        NamedDecoder("side-journal", longest: 4096, SideJournalDecoder.self),
        NamedDecoder("key", longest: 1024, KeyDecoder.self),
        NamedDecoder("order-id", longest: 64, OrderIDDecoder.self),
        NamedDecoder("number", longest: 64, NumberDecoder.self),
        NamedDecoder("configuration", longest: 8192, ConfigurationDecoder.self),
        NamedDecoder("signals", longest: 2048, SignalsDecoder.self),
        NamedDecoder("command-line", longest: 512, CommandLineDecoder.self),
        NamedDecoder("json", longest: 2048, JSONDecoder.self),
        NamedDecoder("message", longest: 4096, MessageDecoder.self),
        NamedDecoder("bybit-message", longest: 4096, BybitMessageDecoder.self),
        NamedDecoder("binance-answer", longest: 4096, BinanceAnswerDecoder.self),
        NamedDecoder("bybit-answer", longest: 4096, BybitAnswerDecoder.self),
        NamedDecoder("private-stream", longest: 8192, PrivateStreamDecoder.self),
        NamedDecoder("local-request", longest: 2048, LocalRequestDecoder.self),
        NamedDecoder("local-socket", longest: 2048, LocalSocketDecoder.self),
        NamedDecoder("request", longest: 1024, RequestDecoder.self),
        NamedDecoder("handshake", longest: 1024, HandshakeDecoder.self),
        NamedDecoder("address", longest: 128, AddressDecoder.self),
        NamedDecoder("socket-url", longest: 128, SocketURLDecoder.self),
        NamedDecoder("tape", longest: 4096, TapeDecoder.self),
        NamedDecoder("gzip", longest: 2048, GzipDecoder.self),
        NamedDecoder("zstd", longest: 2048, ZstdDecoder.self),
    ]
}
