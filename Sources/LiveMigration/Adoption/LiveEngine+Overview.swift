internal import Postgres
internal import SchemaChange

extension LiveEngine {
  /// Where every migration stands, and what else lies beside them.
  public func overview(app: String? = nil) async throws -> MigrationOverview {
    let search = try workspace.search(database)
    let connection = try await connection()
    let recorded = try await ledger.recorded(on: connection)
    let plans = try await ledger.rows(
      statuses: PlanStatus.unfinished, database: database.rawValue, on: connection)
    let foreign = try await unrecorded(of: search.files, recorded, on: connection)
    var migrations = try search.files.map { try status(of: $0, recorded, plans) }
    // The ledger may serve several workspaces: what another one applied is none of this one's missing files.
    let known = Set(search.files.map { [$0.version.rawValue, $0.appLabel] })
    let apps = Set(search.files.map(\.appLabel))
    for row in recorded where !known.contains([row.version, row.appLabel]) {
      guard apps.contains(row.appLabel) || search.files.isEmpty else { continue }
      migrations.append(
        MigrationStatus(
          version: row.version, appLabel: row.appLabel, state: .missing,
          appliedAt: row.appliedAt, note: "applied, and its file is not here"))
    }
    migrations.sort { left, right in
      guard let first = MigrationVersion(rawValue: left.version),
        let second = MigrationVersion(rawValue: right.version)
      else { return left.version < right.version }
      return first == second ? left.appLabel < right.appLabel : first < second
    }
    if let app { migrations = migrations.filter { $0.appLabel == app } }
    return MigrationOverview(migrations: migrations, search: search, foreign: foreign)
  }

  private func status(
    of file: MigrationFile, _ recorded: [RecordedMigration], _ plans: [PlanRow]
  ) throws -> MigrationStatus {
    let name = file.version.rawValue
    var status = MigrationStatus(
      version: name, appLabel: file.appLabel, state: .pending, path: file.path)
    if let plan = plans.first(where: {
      $0.originatingMigration == name && $0.appLabel == file.appLabel
    }) {
      status.state = .planned
      status.plan = plan.planID
      status.note = "plan \(plan.planID) is \(plan.status.rawValue)"
    }
    if let row = recorded.first(where: { $0.version == name && $0.appLabel == file.appLabel }) {
      status.appliedAt = row.appliedAt
      if !row.isComplete {
        status.state = .begun
        status.note = "\(row.statements) of its statements are applied"
      } else if try file.load().checksum.rawValue != row.checksum {
        status.state = .changed
        status.note = "the file is not the one that was applied"
      } else {
        status.state = .applied
        if let why = row.justification, why.hasPrefix("baseline by "),
          let ground = why.firstRange(of: ": ")
        {
          status.note = "baseline, " + why[ground.upperBound...]
        }
      }
    } else if status.state == .pending {
      let later = recorded.compactMap { row -> MigrationVersion? in
        guard row.isComplete, row.appLabel == file.appLabel else { return nil }
        return MigrationVersion(rawValue: row.version)
      }.filter { $0 > file.version }.min()
      if let later {
        status.state = .outOfOrder
        status.note = "\(later) is applied already"
      }
    }
    return status
  }

  /// What another tool's table says that is not recorded here; `nil` where there is no such table.
  func unrecorded(
    of files: [MigrationFile], _ recorded: [RecordedMigration], on connection: PostgresConnection
  ) async throws -> MigrationOverview.Foreign? {
    guard let kind = place.layout.table,
      let foreign = try await ForeignLedger.find(kind, on: connection)
    else { return nil }
    let contents = try await foreign.contents(on: connection)
    let known = Set(recorded.filter(\.isComplete).map(\.version))
    let unrecorded = files.filter {
      !known.contains($0.version.rawValue) && contents.isApplied($0.version)
    }
    return MigrationOverview.Foreign(
      table: foreign.table.quoted, unrecorded: unrecorded.count, dirty: contents.dirty)
  }

  /// Refuses to take a migration for pending that another tool has applied.
  func checkBaseline(
    _ files: [MigrationFile], on connection: PostgresConnection
  ) async throws {
    guard !files.isEmpty, place.layout.table != nil else { return }
    let recorded = try await ledger.recorded(on: connection)
    guard let foreign = try await unrecorded(of: files, recorded, on: connection) else { return }
    guard foreign.dirty.isEmpty else {
      throw AdoptionError.dirty(table: foreign.table, versions: foreign.dirty)
    }
    guard foreign.unrecorded == 0 else {
      throw AdoptionError.notBaselined(table: foreign.table, count: foreign.unrecorded)
    }
  }

  /// The applications that have migrations, `_global_` for the empty one.
  public nonisolated func applications() throws -> [String] {
    let labels = Set(try workspace.migrations(database).map(\.appLabel))
    return labels.sorted().map { $0.isEmpty ? Workspace.globalName : $0 }
  }

  /// Where migrations were looked for, and what was left alone.
  public nonisolated func search() throws -> MigrationSearch { try workspace.search(database) }
}
