internal import Postgres

/// The names in a schema that the server avoids when it chooses one for something new.
public struct TakenNames: Sendable, Hashable {
  /// The names of relations, by schema.
  public var relations: [String: Set<String>]
  /// The names of constraints, by schema.
  public var constraints: [String: Set<String>]

  /// Gathers names.
  public init(
    relations: [String: Set<String>] = [:], constraints: [String: Set<String>] = [:]
  ) {
    self.relations = relations
    self.constraints = constraints
  }

  /// What a name that the server chooses for something of a table has of the table's name at the least, in bytes.
  private static let kept = 20

  /// Reads the names that begin as the ones that the server would choose for these tables.
  static func read(
    _ tables: [TableFacts], on connection: isolated PostgresConnection
  ) async throws -> TakenNames {
    let names = Set(tables.flatMap(\.tree).map(\.name))
    let beginnings = Set(
      names.map { name in
        var beginning = Substring(name.name)
        while beginning.utf8.count > kept { beginning.removeLast() }
        return String(beginning)
      })
    let rows = try await connection.query(
      """
      SELECT n.nspname::text AS schema, taken.name, taken.constrains
      FROM (SELECT relnamespace AS space, relname::text AS name, false AS constrains FROM pg_class
        UNION SELECT connamespace, conname::text, true FROM pg_constraint) AS taken
        JOIN pg_namespace n ON n.oid = taken.space
      WHERE n.nspname = ANY (\(Set(names.compactMap(\.schema)).sorted()))
        AND EXISTS (SELECT FROM unnest(\(beginnings.sorted())) AS beginning
          WHERE starts_with(taken.name, beginning))
      """)
    var taken = TakenNames()
    for row in rows {
      let (schema, name): (String, String) = (try row.decode("schema"), try row.decode("name"))
      if try row.decode("constrains", as: Bool.self) {
        taken.constraints[schema, default: []].insert(name)
      } else {
        taken.relations[schema, default: []].insert(name)
      }
    }
    return taken
  }
}
