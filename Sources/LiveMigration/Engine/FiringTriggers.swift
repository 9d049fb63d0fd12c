internal import Postgres
internal import SchemaChange

/// The application's triggers that will fire for backfilled rows: all, where the role may not silence them.
///
/// What is silenced fires in replica mode, as in a replica's apply process: all the same those that are enabled `ALWAYS`,
/// and those that are enabled for that mode (manual, ALTER TABLE, ENABLE REPLICA TRIGGER).
enum FiringTriggers {
  /// Refuses to fill rows under triggers that the role cannot silence, until the operator has accepted it once: what they
  /// write, a direct run would not have written.
  ///
  /// Those that fire for a role that may silence triggers are meant to: their owner has enabled them `ALWAYS`.
  ///
  /// - Throws: `EngineError.triggersFire`.
  static func check(
    _ plan: LivePlan, from row: PlanRow, _ command: PlanCommand, _ options: RunOptions,
    settings: LiveSettings, _ ledger: PlanLedger, on connection: PostgresConnection
  ) async throws {
    guard !options.acceptsTriggers else { return }
    let ahead = plan.steps.dropFirst(row.position.step).flatMap(\.body.backfills)
    guard ahead.contains(where: { !$0.isStatement }),
      try await !BackfillSurroundings(settings: settings).maySilenceTriggers(on: connection)
    else { return }
    let firing = try await of(plan, settings: settings, on: connection)
    guard !firing.isEmpty, try await !ledger.acceptsTriggers(plan.header.planID, on: connection)
    else { return }
    throw EngineError.triggersFire(plan.header.planID, command, firing, options)
  }

  /// Their names with their tables', in order.
  ///
  /// Only rows of the catalogue are read, so that a plan is shown also while somebody has its table locked.
  static func of(
    _ plan: LivePlan?, settings: LiveSettings, on connection: PostgresConnection
  ) async throws -> [String] {
    let tables = (plan?.steps ?? []).flatMap(\.body.backfills).map(\.table)
    guard !tables.isEmpty else { return [] }
    let isSilenced = try await BackfillSurroundings(settings: settings)
      .maySilenceTriggers(on: connection)
    let firing = isSilenced ? ["A", "R"] : ["A", "O"]
    let triggers = try await CatalogueReader.triggers(of: Set(tables), on: connection)
    return triggers.flatMap { table, triggers in
      triggers.filter {
        $0.firesOnUpdate && firing.contains($0.enabled) && !$0.name.hasPrefix(HookName.prefix)
      }.map { "\($0.name) on \(table)" }
    }.sorted()
  }
}
