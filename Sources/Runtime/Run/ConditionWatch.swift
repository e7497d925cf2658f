internal import Engine
internal import Platform

/// Watches what pauses the engine from outside: the free space of the disk and the kill switch.
enum ConditionWatch {
    /// Every condition as it is now, those that do not hold first.
    ///
    /// All of them, not only what changed since the last look: a condition may have ended while no
    /// engine ran, and when one ends another one that began meanwhile must pause the engine again.
    static func look(_ plan: RunPlan) -> [(condition: Condition, isActive: Bool)] {
        let isKilled = plan.killSwitch.map { exists($0) } ?? false
        let isDiskLow = freeBytes(plan.journal).map { $0 < plan.diskReserve } ?? true
        let conditions: [(condition: Condition, isActive: Bool)] = [
            (.killSwitch, isKilled), (.diskSpace, isDiskLow),
        ]
        // A signal only begins a pause; it ends by command.
        let paused: [(condition: Condition, isActive: Bool)] =
            StopSignals.takePause() ? [(.pausedByHand, true)] : []
        return conditions.filter { !$0.isActive } + conditions.filter(\.isActive) + paused
    }

    private static func exists(_ path: String) -> Bool {
        do throws(PlatformError) {
            return try FileSystem.status(path) != nil
        } catch {
            // A switch that cannot be seen may be on.
            return true
        }
    }

    private static func freeBytes(_ path: String) -> Int? {
        do throws(PlatformError) {
            return try FileSystemKind(at: path).freeBytes
        } catch {
            return nil
        }
    }
}
