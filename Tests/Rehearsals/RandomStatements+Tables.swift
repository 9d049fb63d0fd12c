extension RandomStatements {
  mutating func renameTable() -> String? {
    guard let table = table() else { return nil }
    let old = schema.tables[table].name
    let new = random.chance(30) ? random.pick(["customers", "orders", "lines"]) : fresh("t")
    guard new != old else { return nil }
    schema.tables[table].name = new
    return "ALTER TABLE \(old) RENAME TO \(new);"
  }

  /// A table takes another's place, as teams do it when a change is too much for `ALTER TABLE`.
  mutating func replaceTable() -> String? {
    guard let index = table() else { return nil }
    let table = schema.tables[index]
    let old = fresh(table.name + "_old")
    switch random.int(below: 3) {
    case 0:
      return """
        ALTER TABLE \(table.name) RENAME TO \(old);
        CREATE TABLE \(table.name) (LIKE \(old) INCLUDING DEFAULTS);
        INSERT INTO \(table.name) SELECT * FROM \(old);
        """
    case 1:
      schema.tables[index].constraints = []
      schema.tables[index].indexes = []
      schema.tables[index].columns = [
        .init(name: "id", type: "bigint"), .init(name: "code", type: "text"),
      ]
      return """
        DROP TABLE \(table.name) CASCADE;
        CREATE TABLE \(table.name) (id bigint PRIMARY KEY, code text);
        """
    default:
      schema.tables.append(
        .init(
          name: old,
          columns: [.init(name: "id", type: "integer"), .init(name: "code", type: "text")],
          constraints: [old + "_pkey"], indexes: []))
      return "CREATE TABLE \(old) (id integer PRIMARY KEY, code text);"
    }
  }

  mutating func addCheck() -> String? {
    guard let place = column() else { return nil }
    let (table, column, type) = name(place)
    let name = random.chance(25) ? random.pick(allConstraints) : fresh("k")
    let condition: String
    switch type {
    case "integer", "bigint", "positive", "smallint":
      condition = random.pick(["\(column) >= 0", "is_fine(\(column)::integer)", "\(column) > 3"])
    case "text": condition = random.pick(["\(column) <> ''", "length_of(\(column)) < 9"])
    default: condition = "\(column) IS NOT NULL"
    }
    schema.tables[place.table].constraints.append(name)
    let valid = random.chance(20) ? " NOT VALID" : ""
    return "ALTER TABLE \(table) ADD CONSTRAINT \(name) CHECK (\(condition))\(valid);"
  }

  private var allConstraints: [String] {
    ["orders_qty_check", "customers_score_check", "customers_email_key", "lines_order_id_fkey"]
  }

  mutating func addUnique() -> String? {
    guard let place = column() else { return nil }
    let (table, column, _) = name(place)
    let name = random.chance(25) ? random.pick(allConstraints) : fresh("u")
    schema.tables[place.table].constraints.append(name)
    return "ALTER TABLE \(table) ADD CONSTRAINT \(name) UNIQUE (\(column));"
  }

  mutating func addKey() -> String? {
    guard let place = column(), let target = schema.tables.first(where: { _ in random.chance(50) })
    else { return nil }
    let (table, column, _) = name(place)
    let name = fresh("f")
    schema.tables[place.table].constraints.append(name)
    let valid = random.chance(25) ? " NOT VALID" : ""
    return """
      ALTER TABLE \(table) ADD CONSTRAINT \(name) FOREIGN KEY (\(column)) REFERENCES \(target.name)\(valid);
      """
  }

  mutating func dropConstraint() -> String? {
    guard let table = table(), !schema.tables[table].constraints.isEmpty else { return nil }
    let place = random.int(below: schema.tables[table].constraints.count)
    let name = schema.tables[table].constraints.remove(at: place)
    return "ALTER TABLE \(schema.tables[table].name) DROP CONSTRAINT \(name);"
  }

  mutating func renameConstraint() -> String? {
    guard let table = table(), !schema.tables[table].constraints.isEmpty else { return nil }
    let place = random.int(below: schema.tables[table].constraints.count)
    let (old, new) = (schema.tables[table].constraints[place], fresh("k"))
    schema.tables[table].constraints[place] = new
    return "ALTER TABLE \(schema.tables[table].name) RENAME CONSTRAINT \(old) TO \(new);"
  }

  mutating func createIndex() -> String? {
    guard let place = column() else { return nil }
    let (table, column, type) = name(place)
    let indexes = ["orders_code_idx", "lines_sku_idx", "customers_name_idx"]
    let name = random.chance(30) ? random.pick(indexes) : fresh("i")
    let unique = random.chance(20) ? "UNIQUE " : ""
    let key = type == "text" && random.chance(40) ? "length_of(\(column))" : column
    let condition = random.chance(20) ? " WHERE \(column) IS NOT NULL" : ""
    schema.tables[place.table].indexes.append(name)
    return "CREATE \(unique)INDEX \(name) ON \(table) (\(key))\(condition);"
  }

  mutating func dropIndex() -> String? {
    guard let table = table(), !schema.tables[table].indexes.isEmpty else { return nil }
    let place = random.int(below: schema.tables[table].indexes.count)
    return "DROP INDEX \(schema.tables[table].indexes.remove(at: place));"
  }

  mutating func renameIndex() -> String? {
    guard let table = table(), !schema.tables[table].indexes.isEmpty else { return nil }
    let place = random.int(below: schema.tables[table].indexes.count)
    let (old, new) = (schema.tables[table].indexes[place], fresh("i"))
    schema.tables[table].indexes[place] = new
    return "ALTER INDEX \(old) RENAME TO \(new);"
  }
}
