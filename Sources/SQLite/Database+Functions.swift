internal import CSQLite

/// Why a function of ours gives no result; becomes SQLite's error message.
public struct SQLFunctionFailure: Error, Hashable, Sendable {
    /// What was wrong, in words.
    public let message: String
    /// Makes a failure.
    public init(_ message: String) { self.message = message }
}

/// What gathers the rows of an aggregate function; one for each group.
public protocol SQLAggregate: AnyObject {
    /// Takes the arguments of a row.
    func step(_ arguments: [SQLiteValue]) throws(SQLFunctionFailure)
    /// The result after the last row.
    func result() throws(SQLFunctionFailure) -> SQLiteValue
}

private final class Function {
    let body: ([SQLiteValue]) throws(SQLFunctionFailure) -> SQLiteValue
    init(_ body: @escaping ([SQLiteValue]) throws(SQLFunctionFailure) -> SQLiteValue) {
        self.body = body
    }
}

private final class Aggregate {
    let make: () -> any SQLAggregate
    init(_ make: @escaping () -> any SQLAggregate) { self.make = make }
}

/// The state of one group, behind one reference so that it fits a pointer.
private final class Group {
    let aggregate: any SQLAggregate
    init(_ aggregate: any SQLAggregate) { self.aggregate = aggregate }
}

private final class Collation {
    let compare: (String, String) -> Int
    init(_ compare: @escaping (String, String) -> Int) { self.compare = compare }
}

extension Database {
    /// The same arguments give the same result, and nothing outside is touched.
    private static let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS

    /// Defines a function that gives the same result for the same arguments.
    ///
    /// - Parameters:
    ///   - name: What statements call it.
    ///   - arguments: How many it takes; −1 for any number.
    ///   - body: What it does.
    /// - Throws: ``SQLiteError``.
    public func define(
        _ name: String,
        arguments: Int,
        _ body: @escaping ([SQLiteValue]) throws(SQLFunctionFailure) -> SQLiteValue
    ) throws(SQLiteError) {
        let function = unsafe Unmanaged.passRetained(Function(body)).toOpaque()
        // The function is released by SQLite, also where it could not be defined.
        let status = unsafe sqlite3_create_function_v2(
            handle,
            name,
            Int32(arguments),
            Self.flags,
            function,
            { context, count, values in
                guard let context = unsafe context else { return }
                let function = unsafe Unmanaged<Function>
                    .fromOpaque(sqlite3_user_data(context)).takeUnretainedValue()
                let arguments = unsafe Database.arguments(count, values)
                do throws(SQLFunctionFailure) {
                    try function.body(arguments).give(to: context)
                } catch {
                    unsafe sqlite3_result_error(context, error.message, -1)
                }
            },
            nil,
            nil,
            { function in
                if let function = unsafe function {
                    unsafe Unmanaged<Function>.fromOpaque(function).release()
                }
            }
        )
        try check(status, "define \(name)")
    }

    /// Defines a function over the rows of a group.
    ///
    /// - Parameters:
    ///   - name: What statements call it.
    ///   - arguments: How many it takes.
    ///   - make: Makes what gathers the rows of one group.
    /// - Throws: ``SQLiteError``.
    public func defineAggregate(
        _ name: String,
        arguments: Int,
        _ make: @escaping () -> any SQLAggregate
    ) throws(SQLiteError) {
        let aggregate = unsafe Unmanaged.passRetained(Aggregate(make)).toOpaque()
        let status = unsafe sqlite3_create_function_v2(
            handle,
            name,
            Int32(arguments),
            Self.flags,
            aggregate,
            nil,
            { context, count, values in
                guard let context = unsafe context else { return }
                let arguments = unsafe Database.arguments(count, values)
                guard let group = unsafe Database.group(of: context) else { return }
                do throws(SQLFunctionFailure) {
                    try group.aggregate.step(arguments)
                } catch {
                    unsafe sqlite3_result_error(context, error.message, -1)
                }
            },
            { context in
                guard let context = unsafe context else { return }
                unsafe Database.finish(context)
            },
            { aggregate in
                if let aggregate = unsafe aggregate {
                    unsafe Unmanaged<Aggregate>.fromOpaque(aggregate).release()
                }
            }
        )
        try check(status, "define \(name)")
    }

    /// Defines an order of texts: negative where the left one comes first.
    ///
    /// - Throws: ``SQLiteError``.
    public func defineCollation(
        _ name: String,
        _ compare: @escaping (String, String) -> Int
    ) throws(SQLiteError) {
        let collation = unsafe Unmanaged.passRetained(Collation(compare)).toOpaque()
        let status = unsafe sqlite3_create_collation_v2(
            handle,
            name,
            SQLITE_UTF8,
            collation,
            { collation, leftCount, left, rightCount, right in
                guard let collation = unsafe collation else { return 0 }
                let order = unsafe Unmanaged<Collation>
                    .fromOpaque(collation).takeUnretainedValue()
                let result = unsafe order.compare(
                    Database.text(left, leftCount),
                    Database.text(right, rightCount)
                )
                return Int32(clamping: result)
            },
            { collation in
                if let collation = unsafe collation {
                    unsafe Unmanaged<Collation>.fromOpaque(collation).release()
                }
            }
        )
        if status != SQLITE_OK {
            // Unlike functions, a collation that could not be defined is not released.
            unsafe Unmanaged<Collation>.fromOpaque(collation).release()
        }
        try check(status, "define \(name)")
    }

    private static func text(_ bytes: UnsafeRawPointer?, _ count: Int32) -> String {
        let bytes = unsafe UnsafeRawBufferPointer(start: bytes, count: Int(count))
        return unsafe String(decoding: bytes, as: UTF8.self)
    }

    private static func arguments(
        _ count: Int32,
        _ values: UnsafeMutablePointer<OpaquePointer?>?
    ) -> [SQLiteValue] {
        (0..<Int(count)).map { place in
            guard let value = unsafe values?[place] else { return .null }
            return SQLiteValue(argument: value)
        }
    }

    /// The group that a row belongs to, made with its first row.
    private static func group(of context: OpaquePointer) -> Group? {
        let size = Int32(MemoryLayout<Int>.size)
        guard let place = unsafe sqlite3_aggregate_context(context, size) else {
            unsafe sqlite3_result_error_nomem(context)
            return nil
        }
        let slot = unsafe place.assumingMemoryBound(to: UnsafeRawPointer?.self)
        if let found = unsafe slot.pointee {
            return unsafe Unmanaged<Group>.fromOpaque(found).takeUnretainedValue()
        }
        let aggregate = unsafe Unmanaged<Aggregate>
            .fromOpaque(sqlite3_user_data(context)).takeUnretainedValue()
        let group = Group(aggregate.make())
        unsafe slot.pointee = UnsafeRawPointer(Unmanaged.passRetained(group).toOpaque())
        return group
    }

    /// Gives the result of a group and lets it go.
    ///
    /// SQLite calls it for every group, also where the statement ends early.
    private static func finish(_ context: OpaquePointer) {
        let group: Group
        if let place = unsafe sqlite3_aggregate_context(context, 0),
            let found = unsafe place.assumingMemoryBound(to: UnsafeRawPointer?.self).pointee
        {
            group = unsafe Unmanaged<Group>.fromOpaque(found).takeRetainedValue()
        } else {
            // A group without a row.
            let aggregate = unsafe Unmanaged<Aggregate>
                .fromOpaque(sqlite3_user_data(context)).takeUnretainedValue()
            group = Group(aggregate.make())
        }
        do throws(SQLFunctionFailure) {
            try group.aggregate.result().give(to: context)
        } catch {
            unsafe sqlite3_result_error(context, error.message, -1)
        }
    }
}
