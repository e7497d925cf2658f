import Platform
import Runtime
import SuiteSupport

/// A market, and the configuration that trades it.
struct Scene: Sendable {
    /// What to call it.
    let name: String
    /// The recorded markets, in the order of the command line.
    var tapes: [String]
    let configuration: String
    /// A file of signals that lies beside the configuration.
    var signals: String?
    /// The journal, below the directory in which the engine runs.
    var journal = "journal"
    /// The state directory that the configuration names.
    var state = "state"
}

extension Scene {
    /// The generated market, which is the same on every machine.
    static func generated(
        in directory: String,
        seed: UInt64,
        minutes: Int,
        _ settings: SceneSettings = SceneSettings()
    ) throws -> Scene {
        Scene(
            name: "generated market, seed \(seed), \(minutes) minutes",
            tapes: [try SceneMarket(seed: seed, minutes: 0..<minutes).tape(in: directory)],
            configuration: settings.text
        )
    }

    /// The recorded BTCUSDT market that has a snapshot of its book, where it is at hand.
    static func recorded() throws -> Scene? {
        guard let fixtures = try fixtures() else { return nil }
        let name = "hftbacktest/spot_btcusdt_20240808.gz"
        let tape = "\(fixtures)/market/\(name)"
        guard try FileSystem.status(tape) != nil else { return nil }
        var settings = SceneSettings()
        settings.instruments[0].symbol = "BTCUSDT"
        settings.instruments[0].base = "BTC"
        settings.instruments[0].step = "0.00001"
        return Scene(
            name: "recorded market \(name)",
            tapes: [tape],
            configuration: settings.text
        )
    }

    /// The directory of recorded markets: the environment's, or one beside the working directory.
    private static func fixtures() throws -> String? {
        let named = CurrentProcess.environment("HOLDFAST_FIXTURES")
        let places = ["../shared/fixtures", "../../shared/fixtures"]
        for place in named.map({ [$0] }) ?? places
        where try FileSystem.status(place + "/market") != nil {
            return try FileSystem.resolve(place)
        }
        return nil
    }
}
