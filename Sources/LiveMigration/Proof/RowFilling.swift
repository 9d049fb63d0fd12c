internal import Postgres

/// Puts rows into a copy, without the application's triggers, and takes them out again.
struct RowFilling: Sendable {
  let tables: ProofTables

  /// Empties the tables, and inserts what their constraints accept; returns how many rows there are then.
  func fill(_ specs: [RowSpec], on copy: PostgresConnection) async throws -> (
    rows: Int, tables: Int
  ) {
    guard !tables.tables.isEmpty else { return (0, 0) }
    let names = tables.tables.map(\.name)
    return try await copy.transaction { copy in
      let triggers = try await triggers(of: names, on: copy)
      if !triggers.off.isEmpty { try await copy.script(triggers.off) }
      // Emptying takes every table that references these with it, however many there are.
      let filled: [SQL] = names.map { "EXISTS (SELECT FROM \(raw: $0))" }
      if try await copy.query("SELECT \(sql: filled.joined(separator: " OR "))").only().decode(0) {
        try await copy.execute("TRUNCATE \(raw: names.joined(separator: ", ")) CASCADE")
      }
      if !specs.isEmpty { try await copy.execute("DO \(literal: Self.block(specs))") }
      if !triggers.on.isEmpty { try await copy.script(triggers.on) }
      let counts: [SQL] = names.map { "SELECT count(*) FROM \(raw: $0)" }
      let numbers = try await copy.query(counts.joined(separator: " UNION ALL "))
        .map { try $0.decode(0, as: Int.self) }
      return (numbers.reduce(0, +), numbers.count { $0 > 0 })
    }
  }

  /// Stores the rows of each table the other way round, with the values that they have.
  ///
  /// What a statement takes from whichever of several rows it meets first is another value then.
  func reverse(on copy: isolated PostgresConnection) async throws {
    let names = tables.tables.map(\.name)
    guard !names.isEmpty else { return }
    let triggers = try await triggers(of: names, on: copy)
    if !triggers.off.isEmpty { try await copy.script(triggers.off) }
    try await copy.execute(
      """
      DO \(literal: """
        DECLARE part record; place tid;
        BEGIN
          FOR part IN WITH RECURSIVE tree AS (
              SELECT name::regclass::oid AS oid FROM pg_catalog.unnest(
                ARRAY[\(names.map(Quoting.literal).joined(separator: ", "))]) AS name
              UNION SELECT inhrelid FROM pg_catalog.pg_inherits JOIN tree ON inhparent = tree.oid)
            SELECT c.oid::regclass AS name, (SELECT attname FROM pg_catalog.pg_attribute
                WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
                  AND attidentity <> 'a' ORDER BY attnum LIMIT 1) AS field
            FROM tree JOIN pg_catalog.pg_class AS c USING (oid) WHERE c.relkind = 'r'
          LOOP
            BEGIN
              FOR place IN EXECUTE pg_catalog.format(
                'SELECT ctid FROM ONLY %s ORDER BY ctid DESC', part.name)
              LOOP
                EXECUTE pg_catalog.format(
                  'UPDATE ONLY %s SET %I = %I WHERE ctid = $1', part.name, part.field, part.field)
                  USING place;
              END LOOP;
            EXCEPTION WHEN OTHERS THEN NULL;
            END;
          END LOOP;
        END
        """)
      """)
    if !triggers.on.isEmpty { try await copy.script(triggers.on) }
  }

  private static func block(_ specs: [RowSpec]) -> String {
    func attempt(_ statement: String, else others: [String]) -> String {
      let fallback =
        others.isEmpty ? "NULL;" : others.map { attempt($0, else: []) }.joined(separator: "\n")
      return "BEGIN \(statement); EXCEPTION WHEN OTHERS THEN \(fallback) END;"
    }
    let attempts = specs.map { attempt($0.insert, else: $0.singly) }
    return "#variable_conflict use_column\nBEGIN SET CONSTRAINTS ALL IMMEDIATE;\n"
      + attempts.joined(separator: "\n") + "\nEND"
  }

  /// Statements that silence the application's triggers, and that give each the state back that it had.
  private func triggers(
    of names: [String], on copy: isolated PostgresConnection
  ) async throws -> (off: String, on: String) {
    let rows = try await copy.query(
      """
      WITH RECURSIVE tree AS (
        SELECT name::regclass::oid AS oid FROM pg_catalog.unnest(\(names)) AS name
        UNION SELECT inhrelid FROM pg_inherits JOIN tree ON inhparent = tree.oid
      ), referencing AS (
        SELECT oid FROM tree UNION SELECT conrelid FROM pg_constraint JOIN tree ON confrelid = tree.oid
      )
      SELECT pg_catalog.format('ALTER TABLE ONLY %s DISABLE TRIGGER %I', tgrelid::regclass, tgname),
        pg_catalog.format('ALTER TABLE ONLY %s %s TRIGGER %I', tgrelid::regclass,
          CASE tgenabled WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END, tgname)
      FROM pg_trigger JOIN referencing ON tgrelid = referencing.oid
      WHERE NOT tgisinternal AND tgenabled <> 'D'
      """)
    let pairs = try rows.map {
      (try $0.decode(0, as: String.self), try $0.decode(1, as: String.self))
    }
    return (
      pairs.map(\.0).joined(separator: ";\n"), pairs.map(\.1).joined(separator: ";\n")
    )
  }
}
