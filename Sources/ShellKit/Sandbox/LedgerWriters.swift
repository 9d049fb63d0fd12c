internal import Postgres

/// Clients that insert, update and delete for as long as a plan runs.
struct LedgerWriters: Sendable {
  private let tasks: [Task<WriterReport, Never>]

  /// Starts `count` writers, each with a session of its own, on ids up to `rows`.
  init(count: Int, rows: Int, configuration: ConnectionConfiguration) {
    tasks = (0..<count).map { _ in
      Task.detached { await Self.write(rows: rows, configuration: configuration) }
    }
  }

  /// Stops the writers and adds up what they saw.
  func stop() async -> WriterReport {
    tasks.forEach { $0.cancel() }
    var total = WriterReport()
    for task in tasks { total.add(await task.value) }
    return total
  }

  private static func write(
    rows: Int, configuration: ConnectionConfiguration
  ) async -> WriterReport {
    var report = WriterReport()
    do {
      let connection = try await PostgresConnection.connect(configuration)
      while !Task.isCancelled {
        let begin = ContinuousClock.now
        do {
          _ = try await connection.execute(LedgerWrite.random(rows: rows).sql)
          report.waits.append(ContinuousClock.now - begin)
        } catch let error as PostgresError {
          report.errors.append(String(describing: error))
        }
        // A client thinks between two requests; without a pause four of them would take the whole machine.
        try await Task.sleep(for: .milliseconds(4))
      }
    } catch is CancellationError {
      // Asked to stop: the statement under way was rolled back on both tables.
    } catch {
      report.errors.append(String(describing: error))
    }
    return report
  }
}

/// What writers saw.
struct WriterReport: Sendable {
  /// How long each statement took.
  var waits: [Duration] = []
  /// Every error, none of which a client may see.
  var errors: [String] = []

  mutating func add(_ other: WriterReport) {
    waits += other.waits
    errors += other.errors
  }

  /// The wait that 99 of 100 statements stayed below.
  var percentile99: Duration {
    waits.isEmpty ? .zero : waits.sorted()[min(waits.count - 1, waits.count * 99 / 100)]
  }

  var longest: Duration { waits.max() ?? .zero }
}

/// One client's statement, done to the ledger and to its mirror at once.
enum LedgerWrite {
  case insert(account: Int, amount: Int)
  case setAmount(id: Int, amount: Int)
  case setNote(id: Int, note: String)
  case delete(id: Int)

  static func random(rows: Int) -> LedgerWrite {
    let id = Int.random(in: 1...max(rows, 1))
    let amount = Int.random(in: -1_000_000...1_000_000)
    switch Int.random(in: 0..<10) {
    case 0..<3: return .insert(account: Int.random(in: 1...LedgerFixture.accounts), amount: amount)
    case 3..<7: return .setAmount(id: id, amount: amount)
    case 7..<9: return .setNote(id: id, note: "changed to \(amount)")
    default: return .delete(id: id)
    }
  }

  var sql: SQL {
    switch self {
    case .insert(let account, let amount):
      """
      WITH done AS (INSERT INTO ledger_entry (account_id, amount, note)
        VALUES (\(account), \(amount), 'new') RETURNING id, account_id, amount, note)
      INSERT INTO mirror.ledger_entry SELECT id, account_id, amount, note FROM done
      """
    case .setAmount(let id, let amount):
      """
      WITH done AS (UPDATE ledger_entry SET amount = \(amount) WHERE id = \(id) RETURNING id, amount)
      UPDATE mirror.ledger_entry AS m SET amount = done.amount FROM done WHERE m.id = done.id
      """
    case .setNote(let id, let note):
      """
      WITH done AS (UPDATE ledger_entry SET note = \(note) WHERE id = \(id) RETURNING id, note)
      UPDATE mirror.ledger_entry AS m SET note = done.note FROM done WHERE m.id = done.id
      """
    case .delete(let id):
      """
      WITH done AS (DELETE FROM ledger_entry WHERE id = \(id) RETURNING id)
      DELETE FROM mirror.ledger_entry AS m USING done WHERE m.id = done.id
      """
    }
  }
}
