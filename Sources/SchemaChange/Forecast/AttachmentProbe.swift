public import Postgres

/// Tries each `ATTACH PARTITION` of a migration on empty clones: as it is, and beside what is to spare it its work.
public enum AttachmentProbe {
  /// The facts of each, by its position in the list of changes.
  ///
  /// Everything happens in transactions that are rolled back, and no lock stronger than `ACCESS SHARE` is taken on a
  /// table of the application. What cannot be tried has no facts: an earlier statement may make one of its tables.
  public static func run(
    _ changes: [Change], facts: CatalogueFacts, on connection: PostgresConnection
  ) async throws -> [Int: AttachmentFacts] {
    var found: [Int: AttachmentFacts] = [:]
    for (index, change) in changes.enumerated() {
      guard case .attachPartition(let parent, let partition) = change.operation,
        let parent = facts.table(parent), let partition = facts.table(partition)
      else { continue }
      let trial = AttachmentTrial(
        change: change, parent: parent, partition: partition, facts: facts)
      do {
        guard var own = try await learn(trial, on: connection) else { continue }
        own.indexNames = try await names(of: own.indexes, facts, partition, on: connection)
        found[index] = own
      } catch let error as PostgresError where error.isRefusal {
        continue
      }
    }
    return found
  }

  /// Thrown to leave the transaction without a trace.
  private struct Enough: Error {
    let facts: AttachmentFacts?
  }

  private static func learn(
    _ trial: AttachmentTrial, on connection: PostgresConnection
  ) async throws -> AttachmentFacts? {
    do {
      try await connection.transaction { @Sendable connection in
        let facts: AttachmentFacts? = try await connection.keepingNotices { connection in
          try await ForecastProbe.listen(on: connection)
          guard try await ForecastProbe.hearsTheServer(connection) else { return nil }
          let facts = try await trial.facts(on: connection)
          _ = connection.takeNotices()
          return facts
        }
        throw Enough(facts: facts)
      }
    } catch let enough as Enough {
      return enough.facts
    }
    return nil
  }

  /// What the server would call the indexes of the partition, one after the other.
  private static func names(
    of indexes: [String], _ facts: CatalogueFacts, _ partition: TableFacts,
    on connection: PostgresConnection
  ) async throws -> [[QualifiedName: String]] {
    let changes = try indexes.flatMap { try MigrationParser.parse($0) }
    var facts = facts
    facts.tables[partition.name] = partition
    let names = try await IndexNameProbe.run(changes, facts: facts, on: connection)
    return indexes.indices.map { names[$0] ?? [:] }
  }
}
