extension RandomStatements {
  mutating func alterType() -> String? {
    guard let place = column() else { return nil }
    let (table, column, type) = name(place)
    guard let (new, using) = target(of: type, column) else { return nil }
    schema.tables[place.table].columns[place.column].type = new
    let conversion = using.map { " USING \($0)" } ?? ""
    return "ALTER TABLE \(table) ALTER COLUMN \(column) TYPE \(new)\(conversion);"
  }

  /// A type that a column of a type may become, and the conversion that it needs.
  private func target(of type: String, _ column: String) -> (type: String, using: String?)? {
    let choices: [(String, String?)]
    switch type {
    case "integer":
      choices = [
        ("bigint", nil), ("text", nil), ("numeric(12,3)", nil), ("bigint", "\(column) * 10"),
        ("boolean", "is_fine(\(column))"), ("smallint", nil),
      ]
    case "bigint": choices = [("numeric", nil), ("text", nil), ("integer", nil)]
    case "text":
      choices = [
        ("character varying(50)", nil), ("integer", "length_of(\(column))"),
        ("text", "upper(\(column))"), ("character varying(80)", "trim(\(column))"),
        ("integer", "\(column)::integer"), ("bytea", "convert_to(\(column), 'UTF8')"),
      ]
    case "character varying(40)", "character varying(60)", "character varying(50)":
      choices = [
        ("text", nil), ("character varying(80)", nil), ("character varying(5)", nil),
        ("integer", "coalesce(length_of(\(column)), 0)"), ("character(70)", nil),
      ]
    case "numeric(10,2)":
      choices = [
        ("numeric(12,2)", nil), ("numeric(12,4)", nil), ("bigint", "round(\(column) * 100)"),
        ("double precision", nil),
      ]
    case "state": choices = [("text", nil), ("text", "upper(\(column)::text)")]
    case "date": choices = [("timestamp", nil), ("text", nil), ("timestamptz", nil)]
    case "timestamp without time zone":
      choices = [
        ("timestamptz", nil), ("date", nil), ("timestamptz", "\(column) AT TIME ZONE 'UTC'"),
      ]
    case "positive": choices = [("integer", nil), ("bigint", nil)]
    default: return nil
    }
    return random.pick(choices)
  }

  mutating func renameColumn() -> String? {
    guard let place = column() else { return nil }
    let (table, column, _) = name(place)
    let others = schema.tables.flatMap(\.columns).map(\.name)
    let new = random.chance(20) ? random.pick(others) : fresh("c")
    schema.tables[place.table].columns[place.column].name = new
    return "ALTER TABLE \(table) RENAME COLUMN \(column) TO \(new);"
  }

  mutating func dropColumn() -> String? {
    guard let place = column(), schema.tables[place.table].columns.count > 2 else { return nil }
    let (table, column, _) = name(place)
    schema.tables[place.table].columns.remove(at: place.column)
    return "ALTER TABLE \(table) DROP COLUMN \(column)\(random.chance(25) ? " CASCADE" : "");"
  }

  mutating func addColumn() -> String? {
    guard let table = table() else { return nil }
    let gone = RandomDatabase().tables.flatMap(\.columns).map(\.name)
    let name = random.chance(35) ? random.pick(gone) : fresh("c")
    let columns = schema.tables[table].columns
    guard let other = columns.isEmpty ? nil : random.pick(columns) else { return nil }
    let (type, rest) = random.pick([
      ("integer", ""), ("text", ""), ("integer", "DEFAULT 7"), ("integer", "NOT NULL DEFAULT 3"),
      ("text", "DEFAULT 'x' CHECK (\(name) <> '')"), ("bigint", "DEFAULT nextval('ticket')"),
      ("text", "GENERATED ALWAYS AS (\(other.name)::text) STORED"),
      ("integer", "DEFAULT length_of('abc')"), ("state", "DEFAULT 'paid'"),
      ("integer", "UNIQUE"), ("integer", "REFERENCES customers"),
      ("bigint", "GENERATED ALWAYS AS IDENTITY"), ("integer", "NOT NULL"),
    ])
    schema.tables[table].columns.append(.init(name: name, type: type))
    return "ALTER TABLE \(schema.tables[table].name) ADD COLUMN \(name) \(type) \(rest);"
      .replacing(" ;", with: ";")
  }

  mutating func setNotNull() -> String? {
    guard let place = column() else { return nil }
    let (table, column, _) = name(place)
    let word = random.chance(70) ? "SET" : "DROP"
    return "ALTER TABLE \(table) ALTER COLUMN \(column) \(word) NOT NULL;"
  }

  mutating func setDefault() -> String? {
    guard let place = column() else { return nil }
    let (table, column, type) = name(place)
    let value: String
    switch type {
    case "integer", "bigint", "positive", "smallint":
      value = random.pick(["5", "length_of('four')", "nextval('ticket')"])
    case "text": value = random.pick(["'none'", "upper('a')"])
    case "state": value = "'\(random.pick(schema.labels))'"
    default: value = "NULL"
    }
    let change = random.chance(70) ? "SET DEFAULT \(value)" : "DROP DEFAULT"
    return "ALTER TABLE \(table) ALTER COLUMN \(column) \(change);"
  }

  mutating func changeIdentity() -> String? {
    guard
      let table = schema.tables.indices.first(where: { index in
        schema.tables[index].columns.first?.name == "id"
      })
    else { return nil }
    let change = random.pick(["SET GENERATED ALWAYS", "SET GENERATED BY DEFAULT", "DROP IDENTITY"])
    return "ALTER TABLE \(schema.tables[table].name) ALTER COLUMN id \(change);"
  }

  mutating func comment() -> String? {
    guard let place = column() else { return nil }
    let (table, column, _) = name(place)
    return "COMMENT ON COLUMN \(table).\(column) IS 'said again';"
  }
}
