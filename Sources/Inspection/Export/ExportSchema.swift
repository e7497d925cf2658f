/// The tables of an export: one place for SQLite, CSV and `journalctl sql`.
///
/// Sequence numbers and counts are INTEGER. Decimals are TEXT, exact. A moment is TEXT, ISO 8601
/// in UTC with nine decimals so that it sorts, and beside it the same in nanoseconds as INTEGER.
enum ExportSchema {
    /// A table.
    struct Table {
        let name: String
        /// The columns with their types; the first is the key unless it is empty.
        let columns: [(name: String, type: String)]
        /// Whether the first column is the key.
        let hasKey: Bool
        /// The columns that are searched by.
        let indexes: [String]

        init(_ name: String, hasKey: Bool = true, _ columns: String, indexes: [String] = []) {
            self.name = name
            self.hasKey = hasKey
            self.indexes = indexes
            self.columns = columns.split(whereSeparator: \.isNewline).flatMap { line in
                line.split(separator: ",").flatMap { column -> [(name: String, type: String)] in
                    let words = column.split(separator: " ").map { String($0) }
                    guard words.count == 2 else { return [] }
                    // A moment is two columns.
                    if words[1] == "TIME" {
                        return [(words[0] + "_at", "TEXT"), (words[0] + "_ns", "INTEGER")]
                    }
                    return [(words[0], words[1])]
                }
            }
        }

        /// The statement that makes it.
        var creation: String {
            let list = columns.enumerated().map { place, column in
                "\(column.name) \(column.type)" + (place == 0 && hasKey ? " PRIMARY KEY" : "")
            }
            return "CREATE TABLE \(name) (\(list.joined(separator: ", ")))"
        }

        /// The statement that adds a row.
        var insertion: String {
            let marks = columns.map { _ in "?" }.joined(separator: ", ")
            return "INSERT INTO \(name) VALUES (\(marks))"
        }

        /// The statements that make it quick to search.
        var indexing: [String] {
            indexes.map { "CREATE INDEX \(name)_\($0) ON \(name) (\($0))" }
        }
    }

    static let journal = Table(
        "journal",
        """
        journal_id TEXT, tag TEXT, mode TEXT, first_event INTEGER, last_event INTEGER
        first TIME, last TIME, epoch INTEGER, status TEXT, status_reason TEXT
        chain_hash TEXT, state_hash TEXT, outcome_hash TEXT, complete INTEGER, problem TEXT
        """
    )

    static let epochs = Table(
        "epochs",
        """
        epoch INTEGER, program TEXT, process INTEGER, draw TEXT, previous_stop TEXT
        began TIME, ended TIME, stop TEXT, first_event INTEGER, last_event INTEGER
        commits INTEGER, commit_median_ns INTEGER, commit_p99_ns INTEGER
        commit_longest_ns INTEGER
        """
    )

    static let orders = Table(
        "orders",
        """
        order_id INTEGER, client_order_id TEXT, deal_id INTEGER, epoch INTEGER, symbol TEXT
        role TEXT, side TEXT, type TEXT, time_in_force TEXT, reduce_only INTEGER
        quantity TEXT, price TEXT, trigger_price TEXT, decision_price TEXT
        status TEXT, request TEXT, unknown INTEGER, venue_order TEXT, rejection TEXT
        filled TEXT, cost TEXT, average_price TEXT, fees TEXT, fills INTEGER, amends INTEGER
        intended TIME, batch_first INTEGER, batch_last INTEGER, committed TIME
        accepted TIME, first_fill TIME, last_fill TIME, ended TIME
        """,
        indexes: ["deal_id", "symbol", "client_order_id"]
    )

    static let orderEvents = Table(
        "order_events",
        """
        sequence INTEGER, event TIME, epoch INTEGER, kind TEXT, order_id INTEGER
        deal_id INTEGER, symbol TEXT, status TEXT, filled TEXT, quantity TEXT, price TEXT
        trigger_price TEXT, reason TEXT
        """,
        indexes: ["order_id", "deal_id"]
    )

    static let fills = Table(
        "fills",
        """
        sequence INTEGER, event TIME, epoch INTEGER, order_id INTEGER, deal_id INTEGER
        symbol TEXT, role TEXT, side TEXT, execution_id TEXT, price TEXT, quantity TEXT
        cost TEXT, fee TEXT, fee_asset TEXT, fee_in_quote TEXT, liquidity TEXT
        order_filled TEXT, position TEXT, realised TEXT
        """,
        indexes: ["order_id", "deal_id", "event_ns"]
    )

    static let deals = Table(
        "deals",
        """
        deal_id INTEGER, symbol TEXT, base TEXT, quote TEXT, side TEXT, status TEXT
        strategy TEXT, score TEXT, signal_event INTEGER, signal_id TEXT
        entry_bid TEXT, entry_ask TEXT, opened TIME, filled TIME
        entry_quantity TEXT, entry_cost TEXT, entry_price TEXT
        first_stop TEXT, last_stop TEXT, peak TEXT
        exit_reason TEXT, exit_signal_event INTEGER, exit_signal_id TEXT, exit_decided TIME
        exit_quantity TEXT, exit_cost TEXT, exit_price TEXT
        fees TEXT, funding TEXT, profit TEXT, dust TEXT, closed TIME, duration_ns INTEGER
        """,
        indexes: ["symbol", "opened_ns", "closed_ns"]
    )

    static let positions = Table(
        "positions",
        """
        sequence INTEGER, event TIME, epoch INTEGER, kind TEXT, symbol TEXT, deal_id INTEGER
        order_id INTEGER, change TEXT, quantity TEXT, cost TEXT, average_price TEXT
        status TEXT, realised TEXT
        """,
        indexes: ["symbol", "deal_id"]
    )

    static let balances = Table(
        "balances",
        hasKey: false,
        """
        sequence INTEGER, event TIME, epoch INTEGER, kind TEXT, asset TEXT, change TEXT
        balance TEXT
        """,
        indexes: ["sequence", "asset"]
    )

    static let signals = Table(
        "signals",
        """
        sequence INTEGER, received TIME, epoch INTEGER, signal_id TEXT, symbol TEXT, side TEXT
        score TEXT, made TIME, delay_ns INTEGER, verdict TEXT
        opened_deal INTEGER, closed_deal INTEGER, refusal TEXT
        """,
        indexes: ["signal_id"]
    )

    static let refusals = Table(
        "refusals",
        """
        sequence INTEGER, event TIME, epoch INTEGER, symbol TEXT, role TEXT, side TEXT
        type TEXT, quantity TEXT, price TEXT, reason TEXT, allowed TEXT, actual TEXT
        signal_event INTEGER
        """,
        indexes: ["reason"]
    )

    static let audit = Table(
        "audit",
        """
        sequence INTEGER, event TIME, epoch INTEGER, who TEXT, what TEXT, why TEXT
        subject TEXT, parameters TEXT
        """,
        indexes: ["what", "event_ns"]
    )

    static let errors = Table(
        "errors",
        """
        sequence INTEGER, event TIME, epoch INTEGER, severity TEXT, kind TEXT, message TEXT
        symbol TEXT, order_id INTEGER, deal_id INTEGER
        """,
        indexes: ["event_ns"]
    )

    /// All tables, in the order in which they are made.
    static let tables = [
        journal, epochs, orders, orderEvents, fills, deals, positions, balances, signals,
        refusals, audit, errors,
    ]

    /// The decimals of the tables that people compute with, as binary fractions.
    private static let fractions = [
        (
            orders,
            ["quantity", "price", "decision_price", "filled", "cost", "average_price", "fees"]
        ),
        (fills, ["price", "quantity", "cost", "fee_in_quote", "realised"]),
        (
            deals,
            [
                "score", "entry_bid", "entry_ask", "entry_quantity", "entry_cost", "entry_price",
                "peak", "exit_quantity", "exit_cost", "exit_price", "fees", "funding", "profit",
            ]
        ),
        (positions, ["change", "quantity", "cost", "average_price", "realised"]),
        (signals, ["score"]),
    ]

    /// Views whose numbers are quick to compute with, and say in their names that they are rounded.
    static var views: [String] {
        fractions.map { table, names in
            let columns = table.columns.map { column in
                names.contains(column.name)
                    ? "CAST(\(column.name) AS REAL) AS approximate_\(column.name)" : column.name
            }
            return "CREATE VIEW approximate_\(table.name) AS "
                + "SELECT \(columns.joined(separator: ", ")) FROM \(table.name)"
        }
    }
}
