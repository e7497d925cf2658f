internal import Engine
internal import Platform

/// Watches what pauses the engine from outside: the free space of the disk and the kill switch.
struct ConditionWatch {
    /// Unknown before the first look, so that it ends a pause of the run before as well.
    private var isDiskLow: Bool?
    private var isKilled: Bool?

    /// What began or ended since the last look; at the first one, what is and what is not.
    mutating func changes(_ plan: RunPlan) -> [(Condition, isActive: Bool)] {
        var changes: [(Condition, isActive: Bool)] = []
        let isKilled = plan.killSwitch.map { Self.exists($0) } ?? false
        if isKilled != self.isKilled { changes.append((.killSwitch, isKilled)) }
        let isDiskLow = Self.freeBytes(plan.journal).map { $0 < plan.diskReserve } ?? false
        if isDiskLow != self.isDiskLow { changes.append((.diskSpace, isDiskLow)) }
        self.isKilled = isKilled
        self.isDiskLow = isDiskLow
        return changes
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
