public import Engine
public import Trading
extension RunPlan {
 public init(journal: String, stateDirectory: String, tapes: [String], instruments: [InstrumentListed], plans: [InstrumentPlan], risk: RiskParameters, balances: [BalanceAdjusted], latency: TimeSpan, replyLatency: TimeSpan, signals: [ScoredSignal], signalFile: String?, bookCapacity: Int, snapshotInterval: TimeSpan, batchLimit: Int, segmentLimit: Int, diskReserve: Int, emergencyBackup: String?, killSwitch: String?, configurationHash: String, configurationText: String, program: String, temporary: Bool) {
 self.init(journal: journal, stateDirectory: stateDirectory, tapes: tapes, instruments: instruments, plans: plans, risk: risk, balances: balances, latency: latency, replyLatency: replyLatency, signals: signals, signalFile: signalFile, bookCapacity: bookCapacity, snapshotInterval: snapshotInterval, batchLimit: batchLimit, segmentLimit: segmentLimit, diskReserve: diskReserve, emergencyBackup: emergencyBackup, killSwitch: killSwitch, configurationHash: configurationHash, configurationText: configurationText, program: program)
 }
}
