import SuiteSupport

/// All crash states of a trace, in an order that is the same for the same seed.
struct StateWalk {
    /// What a walk takes.
    struct Bounds: Sendable {
        /// How many states a moment gives at most, torn writes not counted.
        var limit: Int
        /// Every Nth state is wanted, beginning with the one at `offset`.
        var stride = 1
        var offset = 0
        var seed: UInt64
    }

    /// Which states of all are handed out, by their numbers, which begin with 0.
    let bounds: Bounds

    /// Walks a trace and hands out the states that are wanted.
    ///
    /// - Parameters:
    ///   - model: The disk before the first call.
    ///   - promises: What is promised before it.
    ///   - body: Gets the number of the state, the disk, what may be on it, and the promises.
    /// - Returns: How many states there are.
    /// - Throws: ``SuiteFailure`` where the trace contradicts itself, and what `body` throws.
    func run(
        _ model: consuming DiskModel,
        _ promises: consuming Promises,
        _ body: (Int, DiskModel, CrashPoint, CrashPoint.Choice, Promises) throws -> Void
    ) throws -> Int {
        var model = model
        var promises = promises
        var chance = Chance(seed: bounds.seed)
        var number = 0
        for record in model.trace.records {
            let isNew = try model.take(record) > 0
            let isMore = try promises.take(record, model)
            if isNew || isMore {
                let point = CrashPoint(
                    model,
                    isNew: isNew && !isMore,
                    isDurable: record.kind == .write && record.isDurable
                )
                for choice in point.choices(limit: bounds.limit, chance: &chance) {
                    if number % bounds.stride == bounds.offset {
                        try body(number, model, point, choice, promises)
                    }
                    number += 1
                }
            }
            if record.kind == .write, record.isDurable { model.settleNewestWrite() }
        }
        return number
    }
}
