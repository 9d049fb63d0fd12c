/// How live plans are made and run: the table `[live]`.
public struct LiveSettings: Hashable, Sendable {
  /// The rows from which on a validation that scans a table is staged.
  public var validationThresholdRows = 100_000
  /// The foreign keys onto one table from which on they are staged, one lock at a time.
  public var multiFKThreshold = 4
  /// The most rows that one transaction of a backfill touches.
  public var backfillChunkSize = 10_000
  /// The time that one transaction of a backfill aims at.
  public var chunkTarget: Duration = .milliseconds(100)
  /// How long a statement of a plan waits for a lock.
  public var lockTimeout: Duration = .seconds(1)
  /// How long the swap may hold its locks; `nil` for as long as it may wait for one, and a second at least.
  public var swapBudget: Duration?
  /// How long a swap waits for snapshots that cannot see all rows that were filled; zero for not at all.
  public var snapshotWait: Duration = .seconds(300)
  /// How often a statement that met a transient error is tried again.
  public var lockRetries = 30
  /// The pause before the first retry; it doubles with each.
  public var retryBase: Duration = .milliseconds(100)
  /// The longest pause between retries.
  public var retryCap: Duration = .seconds(5)
  /// The schema of the tables that plans and migrations are recorded in.
  public var ledgerSchema = "public"
  /// The most rows that a backfill touches in a second; `nil` for no ceiling.
  public var maxRowsPerSecond: Int?
  /// The replication lag from which on a backfill waits; `nil` for any.
  public var maxReplicationLag: Duration?
  /// The megabytes of WAL that a slot may hold back until a backfill waits; `nil` for any.
  public var maxSlotLagMB: Int?
  /// A query that answers true while a backfill should wait.
  public var throttleQuery: String?
  /// A query that ends a run when it answers true; the plan is left paused.
  public var stopQuery: String?
  /// Why a query of the plan's own is not run; the backfill waits.
  var queryRefusal: String?
  /// Whether a backfill works in shorter statements and transactions while clients are at work.
  public var yieldsToClients = true
  /// How many times its idle time a client's statement may take beside a backfill that lets clients through.
  public var clientSlowdown = 2.0
  /// The sessions that a backfill uses.
  public var workers = 1
  /// The transactions that a window of blocks is spread over, up to twice as many where pages hold few rows.
  public var strides = 12

  /// The times of the day at which a backfill works; none for all.
  public var windows: [TimeWindow] = []

  /// Whether a plan shows the tables in their new shape before the swap.
  public var newShape = false
  /// Whether a change of type is staged however quick it is.
  var stagesEveryType = false

  /// Whether `plan` proves a plan on a copy before it offers it.
  public var proof = true
  /// Another server where copies for proofs may be made, a connection string that may hold a password; `nil` for none.
  public var scratchURL: SecretText?

  /// How often a drive reminds of itself.
  var reminderInterval: Duration = .seconds(600)

  /// Makes the settings of an empty table.
  public init() {}
}

/// A text that no description shows.
public struct SecretText: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
  /// The text itself.
  public let value: String

  /// Keeps a text.
  public init(_ value: String) { self.value = value }

  /// Only that there is one.
  public var description: String { "…" }

  /// No parts.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// How the prompt behaves: the table `[shell]`.
public struct ShellSettings: Hashable, Sendable {
  /// The file that keeps the history; `nil` for the usual place.
  public var historyFile: String?
  /// The command that long results are shown with, empty for none; `nil` for the usual one.
  public var pager: String?

  /// Makes the settings of an empty table.
  public init() {}

  /// The history's file with a leading `~/` replaced by the home folder.
  public func historyPath(environment: [String: String]) -> String? {
    guard let historyFile, historyFile.hasPrefix("~/"), let home = environment["HOME"],
      !home.isEmpty
    else { return historyFile }
    return home + historyFile.dropFirst()
  }
}
