internal import Postgres

/// Columns whose numbers run out.
enum IntegerDoctor {
  static func integers(_ connection: PostgresConnection) async throws -> [Diagnosis] {
    let given = try await bySequence(connection)
    let told = Set(given.map(\.name))
    let held = try await byStatistics(connection).filter { !told.contains($0.name) }
    let found = (given + held).sorted { ($1.used, $0.name) < ($0.used, $1.name) }
    guard !found.isEmpty else {
      return [
        Diagnosis(
          .integers, .fine,
          "no sequence that the role may read has given half of its numbers, and no column that was analysed holds them"
        )
      ]
    }
    return found.map(\.diagnosis)
  }

  /// A column, and how much of its type it has used.
  private struct Column {
    var name: String
    var type: String
    var used: Int64
    var help: String
    var isCounted = true

    init(_ row: Row) throws {
      let (table, column): (String, String) = (try row.decode("relation"), try row.decode("name"))
      name = "\(table).\(Quoting.identifier(column))"
      type = try row.decode("type")
      used = try row.decode("used")
      help =
        "plan a migration: ALTER TABLE \(table) ALTER COLUMN \(Quoting.identifier(column)) TYPE bigint"
    }

    var diagnosis: Diagnosis {
      Diagnosis(
        .integers, .warning,
        isCounted
          ? "\(name) (\(type)) has used \(used) percent of its numbers"
          : "\(name) (\(type)) holds values up to \(used) percent of its numbers",
        help: help)
    }
  }

  /// What sequences have given, to the columns that own them and to those whose default asks them.
  private static func bySequence(_ connection: PostgresConnection) async throws -> [Column] {
    let rows = try await connection.query(
      """
      WITH serving AS (
        SELECT objid AS sequence, refobjid AS relation, refobjsubid AS column FROM pg_catalog.pg_depend
        WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass
          AND deptype IN ('a', 'i') AND refobjsubid > 0
        UNION SELECT d.refobjid, a.adrelid, a.adnum FROM pg_catalog.pg_attrdef AS a JOIN pg_catalog.pg_depend AS d
          ON d.classid = 'pg_attrdef'::regclass AND d.objid = a.oid AND d.refclassid = 'pg_class'::regclass
      ), told AS (
        SELECT serving.relation::regclass::text AS relation, a.attname::text AS name,
          pg_catalog.format_type(a.atttypid, NULL) AS type, c.oid::regclass::text AS sequence,
          100 * s.last_value::numeric / least(s.max_value, CASE a.atttypid WHEN 'int2'::regtype THEN 32767
            WHEN 'int4'::regtype THEN 2147483647 ELSE s.max_value END) AS used
        FROM pg_catalog.pg_sequences AS s
          JOIN pg_catalog.pg_namespace AS n ON n.nspname = s.schemaname
          JOIN pg_catalog.pg_class AS c ON c.relname = s.sequencename AND c.relnamespace = n.oid
          JOIN serving ON serving.sequence = c.oid
          JOIN pg_catalog.pg_attribute AS a ON a.attrelid = serving.relation AND a.attnum = serving.column
        WHERE s.last_value > 0 AND s.increment_by > 0 AND NOT s.cycle
          AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
      )
      SELECT relation, name, type, sequence, used::bigint AS used FROM told WHERE used >= 50
      """)
    return try rows.map { row in
      var column = try Column(row)
      if column.type == "bigint" {
        column.help =
          "ALTER SEQUENCE \(try row.decode("sequence", as: String.self)) AS bigint NO MAXVALUE"
      }
      return column
    }
  }

  /// What the statistics say of columns that no sequence serves, such as those of foreign keys.
  private static func byStatistics(_ connection: PostgresConnection) async throws -> [Column] {
    let rows = try await connection.query(
      """
      WITH told AS (
        SELECT c.oid::regclass::text AS relation, a.attname::text AS name,
          pg_catalog.format_type(a.atttypid, NULL) AS type,
          100 * (SELECT max(bound) FROM pg_catalog.unnest(s.histogram_bounds::text::bigint[]) AS bound)::numeric
            / CASE a.atttypid WHEN 'int2'::regtype THEN 32767 ELSE 2147483647 END AS used
        FROM pg_catalog.pg_stats AS s
          JOIN pg_catalog.pg_namespace AS n ON n.nspname = s.schemaname
          JOIN pg_catalog.pg_class AS c ON c.relname = s.tablename AND c.relnamespace = n.oid
          JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attname = s.attname
        WHERE a.atttypid IN ('int2'::regtype, 'int4'::regtype) AND s.histogram_bounds IS NOT NULL
          AND s.schemaname NOT IN ('pg_catalog', 'information_schema')
      )
      SELECT relation, name, type, used::bigint AS used FROM told WHERE used >= 50
      """)
    return try rows.map { row in
      var column = try Column(row)
      column.isCounted = false
      return column
    }
  }
}
