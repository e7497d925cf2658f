internal import Digests
internal import Engine
internal import Exchange
internal import Platform
internal import Trading

extension RunPlan {
    /// Makes the plan of a run.
    ///
    /// - Parameters:
    ///   - configuration: What the configuration file says.
    ///   - journal: The directory of the journal.
    ///   - tapes: The tapes, as they stand on the command line.
    ///   - program: The version of the program.
    /// - Throws: `SignalFileFailure` where the file of signals cannot be used.
    public init(
        _ configuration: Configuration,
        journal: String,
        tapes: [String],
        program: String
    ) throws {
        self.journal = journal
        self.tapes = tapes
        self.program = program
        stateDirectory =
            configuration.journal.stateDirectory?.resolved ?? Self.defaultStateDirectory
        instruments = configuration.listings
        plans = configuration.plans
        risk = configuration.risk
        balances = configuration.balances.map { balance in
            BalanceAdjusted(asset: balance.asset, amount: balance.amount, reason: "paper deposit")
        }
        latency = configuration.venue.latency
        replyLatency = configuration.venue.replyLatency
        let venue = configuration.venue
        live =
            configuration.mode == .tape
            ? nil
            : LiveSettings(
                kind: venue.kind,
                isTestnet: configuration.mode == .testnet,
                localPort: venue.localPort,
                credentials: venue.isOnPaper ? nil : venue.credentials,
                receiveWindow: venue.receiveWindow,
                breakers: venue.breaker
            )
        signalFile = configuration.signals?.resolved
        signals = try configuration.signals.map { try SignalFile.read($0.resolved) } ?? []
        bookCapacity = configuration.bookDepth
        snapshotInterval = configuration.journal.snapshotInterval
        batchLimit = configuration.journal.batchLimit
        segmentLimit = configuration.journal.segmentLimit
        diskReserve = configuration.journal.diskReserve
        emergencyBackup = configuration.journal.emergencyBackup?.resolved
        killSwitch = configuration.killSwitch?.resolved
        signing = configuration.signing
        configurationText = configuration.decisiveText
        let bytes = Array(configurationText.utf8)
        configurationHash = "\(SHA256().digest(of: bytes.span))"
    }

    /// Where the outer witnesses stand unless the configuration says otherwise: the service's
    /// state directory, or the user's.
    public static var defaultStateDirectory: String {
        if let directory = CurrentProcess.environment("STATE_DIRECTORY") { return directory }
        if let directory = CurrentProcess.environment("XDG_STATE_HOME"), !directory.isEmpty {
            return directory + "/holdfast"
        }
        let home = CurrentProcess.environment("HOME") ?? "/var/lib"
        return home + "/.local/state/holdfast"
    }
}

extension Configuration {
    /// What decides the outcome of a run; how the journal is kept and where logs go does not.
    var decisiveText: String {
        var decisive = self
        decisive.journal = JournalSettings(
            snapshotInterval: .second,
            segmentLimit: 0,
            batchLimit: 0,
            stateDirectory: nil,
            emergencyBackup: nil,
            diskReserve: 0
        )
        decisive.venue.credentials = nil
        decisive.venue.localPort = nil
        decisive.venue.breaker = CircuitBreaker.Settings(
            threshold: 1,
            window: .second,
            coolDown: .second
        )
        decisive.killSwitch = nil
        decisive.signing = nil
        decisive.log = LogSettings(directory: nil, level: .info)
        return decisive.canonicalText
    }
}
