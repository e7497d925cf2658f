package import Engine
package import Exchange
internal import Platform
package import Trading

/// What a run has of the world: clocks, chance, connections, the place of its journal.
///
/// The machine's, or a simulated world's.
package struct RunSurroundings {
    /// Clocks and chance.
    package var clock: RunClock
    /// The way to the venue.
    package var connections: any VenueConnections
    /// Whether the journal of a plan was begun before.
    package var isBegun: (RunPlan) throws -> Bool
    /// Opens the journal, or makes it; the stamped time is at which a new one begins.
    package var open: (RunPlan, Timestamp) throws -> Recovered
    /// Reads the key and its secret.
    package var credentials: (CredentialSettings) throws -> VenueCredentials
    /// What holds outside the market.
    package var conditions: (RunPlan) -> [(condition: Condition, isActive: Bool)]
    /// The number of the process.
    package var process: UInt32
    /// Whether the engine can be asked for something over a socket beside its journal.
    package var offersControl: Bool

    /// Makes surroundings.
    package init(
        clock: RunClock,
        connections: any VenueConnections,
        isBegun: @escaping (RunPlan) throws -> Bool,
        open: @escaping (RunPlan, Timestamp) throws -> Recovered,
        credentials: @escaping (CredentialSettings) throws -> VenueCredentials,
        conditions: @escaping (RunPlan) -> [(condition: Condition, isActive: Bool)],
        process: UInt32,
        offersControl: Bool
    ) {
        self.clock = clock
        self.connections = connections
        self.isBegun = isBegun
        self.open = open
        self.credentials = credentials
        self.conditions = conditions
        self.process = process
        self.offersControl = offersControl
    }

    /// The machine's.
    package static var machine: RunSurroundings {
        RunSurroundings(
            clock: .machine,
            connections: MachineConnections(),
            isBegun: { plan in try FileSystem.status(plan.journal) != nil },
            open: { plan, start in try Recovery.open(plan, start: start) },
            credentials: { try CredentialsFile.read($0) },
            conditions: { ConditionWatch.look($0) },
            process: UInt32(bitPattern: CurrentProcess.id),
            offersControl: true
        )
    }
}
