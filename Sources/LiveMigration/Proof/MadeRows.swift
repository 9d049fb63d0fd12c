internal import Postgres

/// Rows made from types and constraints: ordinary ones where there are no real ones, and ones with an unusual value.
struct MadeRows: Sendable {
  let tables: ProofTables
  /// How many rows with an unusual value a table gets at most.
  static let most = 120

  func specs() -> [RowSpec] {
    var number = 0
    var specs: [RowSpec] = []
    for table in tables.tables where !table.stored.isEmpty {
      for variant in 0..<3 {
        number += 1
        specs.append(ordinary(table, variant: variant, number: number))
      }
    }
    for table in tables.tables where table.isTouched {
      var count = 0
      for column in table.stored {
        for value in Self.unusualValues(of: column) where count < Self.most {
          number += 1
          count += 1
          specs.append(unusual(table, column, value, number: number))
        }
      }
    }
    return specs
  }

  /// A row with every column filled, only where the table has none yet or, for touched ones, beside others.
  private func ordinary(_ table: ProofTables.Table, variant: Int, number: Int) -> RowSpec {
    let values = table.stored.map { column -> String in
      if let key = table.keys.first(where: { $0.columns.contains(column.name) }),
        let place = key.columns.firstIndex(of: column.name)
      {
        return "(SELECT \(key.parentColumns[place]) FROM \(key.parent) LIMIT 1)"
      }
      if column.isUnique, let fresh = Self.fresh(column, number) { return fresh }
      return "CAST(\(Self.ordinaryValue(of: column, variant: variant)) AS \(column.type))"
    }
    let rest = table.isTouched ? "" : " WHERE NOT EXISTS (SELECT FROM \(table.name))"
    return RowSpec(
      table: table.name, origin: .ordinary,
      insert: insert(into: table) + "SELECT \(values.joined(separator: ", "))" + rest)
  }

  /// A row like the first of the table but for one value, and for what must be its own.
  private func unusual(
    _ table: ProofTables.Table, _ changed: ProofTables.Column, _ value: String, number: Int
  ) -> RowSpec {
    let values = table.stored.map { column -> String in
      if column.name == changed.name { return "CAST(\(value) AS \(column.type))" }
      let isKey = table.keys.contains { $0.columns.contains(column.name) }
      if column.isUnique, !isKey, let fresh = Self.fresh(column, number) { return fresh }
      return "djogi_row.\(column.name)"
    }
    return RowSpec(
      table: table.name, origin: .unusual,
      insert: insert(into: table)
        + "SELECT \(values.joined(separator: ", ")) FROM (SELECT * FROM \(table.name) LIMIT 1) AS djogi_row"
    )
  }

  private func insert(into table: ProofTables.Table) -> String {
    "INSERT INTO \(table.name) (\(table.stored.map(\.name).joined(separator: ", "))) "
      + "OVERRIDING SYSTEM VALUE "
  }

  // MARK: - Values

  /// A value that no other row has; `nil` for types with too few values.
  private static func fresh(_ column: ProofTables.Column, _ number: Int) -> String? {
    switch (column.category, column.base) {
    case (_, "smallint"): "CAST(\(20_000 + number) AS \(column.type))"
    case ("N", _):
      "CAST(\(column.digits.map { $0 < 7 } ?? false ? number : 7_000_000 + number) AS \(column.type))"
    case ("S", _):
      "CAST(left('\(number)x' || md5('\(number)'), \(column.length ?? 30)) AS \(column.type))"
    case (_, "uuid"): "CAST(md5('\(number)') AS \(column.type))"
    case ("D", _): "CAST(timestamp '2001-01-01' + interval '1 day' * \(number) AS \(column.type))"
    case (_, "bytea"): "CAST('\\x' || md5('\(number)') AS \(column.type))"
    default: nil
    }
  }

  private static func ordinaryValue(of column: ProofTables.Column, variant: Int) -> String {
    func pick(_ values: [String]) -> String { values[variant % values.count] }
    switch (column.category, column.base) {
    case ("N", _): return pick(["1", "2", "7"])
    case ("B", _): return pick(["true", "false"])
    case ("D", _): return pick(["'2020-02-29'", "'2000-01-01 12:34:56'", "'1999-12-31'"])
    case ("T", _): return pick(["'1 day'", "'2 hours'", "'0'"])
    case ("e", _): return "(enum_range(NULL::\(column.base)))[\(variant + 1)]"
    case ("A", _): return "'{}'"
    case ("R", _): return "'empty'"
    case ("I", _): return "'127.0.0.1'"
    case ("S", _):
      let text = pick(["'1'", "'a@b.example'", "'word'"])
      return column.length.map { "left(\(text), \($0))" } ?? text
    case (_, "uuid"): return "md5('\(variant)')"
    case (_, "json"), (_, "jsonb"): return pick(["'{}'", "'{\"a\": 1}'", "'[]'"])
    case (_, "bytea"): return "'\\x00ff'"
    default: return "NULL"
    }
  }

  /// `NULL` where it may be, and the ends of the type's range.
  private static func unusualValues(of column: ProofTables.Column) -> [String] {
    let null = column.isNullable ? ["NULL"] : []
    switch (column.category, column.base) {
    case (_, "smallint"): return null + ["-32768", "32767"]
    case (_, "integer"): return null + ["-2147483648", "2147483647", "0"]
    case (_, "bigint"): return null + ["-9223372036854775808", "9223372036854775807", "0"]
    case (_, "numeric"):
      let most = column.digits.map { $0 > 0 ? String(repeating: "9", count: min($0, 100)) : "0" }
      return null + ["0", "-1.50", most ?? "123456789012345678901234567890.123456789", "'NaN'"]
    case ("N", "real"), ("N", "double precision"):
      return null + ["0", "-1.5", "'NaN'", "'Infinity'"]
    case ("B", _): return null + ["true", "false"]
    case ("D", _): return null + ["'0001-01-01'", "'9999-12-31'", "'infinity'"]
    case ("T", _): return null + ["'-1 year'", "'0'"]
    case ("e", _): return null + ["enum_last(NULL::\(column.base))"]
    case ("A", _): return null + ["'{}'", "'{NULL}'"]
    case ("S", _):
      let long = "repeat('é', \(min(column.length ?? 300, 300)))"
      return null + ["''", "' 12 '", "'42'", "'ÄÖ'", long]
    case (_, "uuid"): return null + ["'00000000-0000-0000-0000-000000000000'"]
    case (_, "json"), (_, "jsonb"): return null + ["'null'", "'[]'"]
    case (_, "bytea"): return null + ["''"]
    default: return null
    }
  }
}
