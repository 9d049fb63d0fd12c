internal import Foundation
internal import LiveMigration
internal import Postgres
internal import Rehearsals
internal import Synchronization

/// A migration that is planned and driven to its end, or reverted, in a database of its own under faults and writers.
final class Round: Sendable {
  static let engineName = "soak-engine"
  static let clientName = "soak-client"
  /// How long a round may take before it counts as standing still.
  static let patience = Duration.seconds(180)

  let number: Int
  let seed: UInt64
  let laboratory: Laboratory
  let tally: Tally
  let random: RandomSource
  let scenario: Scenario
  private let isVerbose: Bool
  private let state = Mutex(State())

  struct State: Sendable {
    var database = ""
    var workspace: MigrationWorkspace?
    var clients: MirrorWriters?
    var faultsLeft = 0
    var lastAct = ""
    var hasOutsiderLeft = false
  }

  init(_ number: Int, seed: UInt64, _ laboratory: Laboratory, _ tally: Tally, isVerbose: Bool) {
    self.number = number
    self.seed = seed
    self.laboratory = laboratory
    self.tally = tally
    self.isVerbose = isVerbose
    random = RandomSource(seed: seed, part: number)
    scenario = random.pick(Scenario.all)
  }

  var database: String { state.withLock { $0.database } }
  var clients: MirrorWriters? { state.withLock { $0.clients } }
  var lastAct: String { state.withLock { $0.lastAct } }
  /// Whether the last outsider had left before the command ended, so that it could not name it.
  var hasOutsiderLeft: Bool { state.withLock { $0.hasOutsiderLeft } }

  var workspace: MigrationWorkspace {
    get throws {
      guard let workspace = state.withLock({ $0.workspace }) else {
        throw SoakError("the round has not begun")
      }
      return workspace
    }
  }

  /// Remembers what is being done, for a round that stands still.
  func note(_ text: String) {
    state.withLock { $0.lastAct = text }
    if isVerbose { print("\(number): \(text)") }
  }

  /// Writes a failure down, with what runs the round again.
  func fail(_ text: String) {
    let again = "make soak SOAK='--seed \(seed) --round \(number)'"
    let failure = "round \(number), \(scenario.name): \(text)\n    again: \(again)"
    tally.add(failure: failure)
    print("FAILED \(failure)")
  }

  /// Whether a fault is to strike now; every round has only so many of them.
  func nextBlow(among faults: [Fault]) -> Blow? {
    let isDue = state.withLock { state in
      state.hasOutsiderLeft = false
      state.faultsLeft -= 1
      return state.faultsLeft >= 0
    }
    return isDue && random.chance(85) ? Blow(random.pick(faults), self) : nil
  }

  func outsiderLeft() { state.withLock { $0.hasOutsiderLeft = true } }

  // MARK: - Playing

  func play() async {
    tally.addRound()
    tally.count("migrations", scenario.name)
    note(scenario.name)
    do {
      try await begin()
      let status = try await Drive(round: self).toTheEnd()
      try await check(status)
    } catch {
      fail("\(error)")
    }
    await clients?.stop()
    do { try await end() } catch { fail("\(error)") }
  }

  private func begin() async throws {
    _ = try await laboratory.expectation(of: scenario)
    let database = try await laboratory.makeDatabase(scenario.setup)
    let workspace = try MigrationWorkspace(scenario.migration)
    let (scenario, laboratory, count) = (scenario, laboratory, random.int(in: 1...3))
    let numbers = Scenario.Numbers(after: Scenario.rows)
    let turns = (0..<count).map { client in
      Scenario.Turn(
        client: client, random: RandomSource(seed: seed, part: -1 - number * 4 - client),
        numbers: numbers)
    }
    let clients = MirrorWriters(
      count, connect: { try await laboratory.connect(to: database, as: Self.clientName) }
    ) { scenario.statement(turns[$0]) }
    let faults = random.int(in: 1...6)
    state.withLock {
      $0.database = database
      $0.workspace = workspace
      $0.clients = clients
      $0.faultsLeft = faults
    }
  }

  private func end() async throws {
    if let clients { tally.add(clients) }
    try state.withLock { $0.workspace }?.remove()
    if !database.isEmpty { try await laboratory.drop(database) }
  }

  // MARK: - Checking

  private func check(_ status: PlanStatus) async throws {
    guard let clients else { return }
    note("checks")
    tally.count("ended", status == .complete ? "complete" : "reverted")
    let before = clients.statements
    while clients.statements < before + 30, clients.errors.isEmpty {
      try await Task.sleep(for: .milliseconds(5))
    }
    await clients.stop()
    for error in clients.errors.prefix(5) { fail("a client saw: \(error)") }
    let expected = try await laboratory.expectation(of: scenario)
    let contents = DatabaseContents(of: database, on: laboratory.server)
    let schema = try await contents.schema()
    let wanted = status == .complete ? expected.after : expected.before
    if schema != wanted { fail("the schema differs:\n\(Self.difference(schema, wanted))") }
    let leftOvers = try await contents.leftOvers()
    if !leftOvers.isEmpty { fail("left over: \(leftOvers.joined(separator: ", "))") }
    try await checkRows(status)
  }

  private func checkRows(_ status: PlanStatus) async throws {
    let connection = try await laboratory.connect(to: database)
    for mirrored in scenario.mirrored {
      let columns = mirrored.columns
      let (left, right) = (columns.map { "l.\($0)::text" }, columns.map { "m.\($0)::text" })
      let rows = try await connection.query(
        """
        SELECT id::text FROM \(raw: mirrored.table) AS l FULL JOIN mirror.\(raw: mirrored.table) AS m
          USING (id)
        WHERE ROW(\(raw: left.joined(separator: ", ")))
          IS DISTINCT FROM ROW(\(raw: right.joined(separator: ", "))) OR l.id IS NULL OR m.id IS NULL
        """)
      let keys = try rows.map { try $0.decode(0, as: String.self) }
      if !keys.isEmpty {
        fail("\(keys.count) rows of \(mirrored.table) differ: \(keys.prefix(5))")
      }
    }
    if status == .complete, let check = scenario.check {
      let count: Int = try await connection.query(SQL(raw: check)).only().decode(0)
      if count != 0 { fail("\(check) answers \(count)") }
    }
    let locks: Int = try await connection.query(
      """
      SELECT count(*) FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database
      WHERE l.locktype = 'advisory' AND d.datname = current_database()
      """
    ).only().decode(0)
    if locks != 0 { fail("\(locks) advisory locks are held") }
    await connection.close()
  }

  /// The lines that only one of two texts has.
  private static func difference(_ found: String, _ wanted: String) -> String {
    let (left, right) = (found.split(separator: "\n"), wanted.split(separator: "\n"))
    return
      (left.filter { !right.contains($0) }.map { "    found  \($0)" }
      + right.filter { !left.contains($0) }.map { "    wanted \($0)" }).joined(separator: "\n")
  }
}
