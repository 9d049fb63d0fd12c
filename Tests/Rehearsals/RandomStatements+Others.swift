extension RandomStatements {
  mutating func replaceFunction() -> String? {
    switch random.int(below: 5) {
    case 0:
      return """
        CREATE OR REPLACE FUNCTION length_of(text) RETURNS integer IMMUTABLE LANGUAGE sql
          AS 'SELECT 2 * length($1)';
        """
    case 1:
      return """
        CREATE OR REPLACE FUNCTION is_fine(integer) RETURNS boolean IMMUTABLE LANGUAGE sql
          AS 'SELECT $1 > 2';
        """
    case 2: return "ALTER FUNCTION length_of(text) RENAME TO \(fresh("length_of"));"
    case 3: return "DROP FUNCTION is_fine(integer) CASCADE;"
    default:
      return """
        CREATE FUNCTION length_of(character varying) RETURNS integer IMMUTABLE LANGUAGE sql
          AS 'SELECT 100';
        """
    }
  }

  mutating func changeType() -> String? {
    switch random.int(below: 6) {
    case 0:
      let (old, new) = (random.pick(schema.labels), fresh("label"))
      schema.labels = schema.labels.map { $0 == old ? new : $0 }
      return "ALTER TYPE state RENAME VALUE '\(old)' TO '\(new)';"
    case 1: return "ALTER DOMAIN positive ADD CONSTRAINT small CHECK (VALUE < 6);"
    case 2: return "ALTER DOMAIN positive DROP CONSTRAINT positive_check;"
    case 3: return "CREATE TYPE \(fresh("kind")) AS ENUM ('a', 'b');"
    case 4:
      // As generators of migrations replace an enum.
      guard
        let table = schema.tables.first(where: { table in
          table.columns.contains { $0.name == "state" && $0.type == "state" }
        })
      else { return nil }
      let labels = schema.labels.map { "'\($0)'" }.joined(separator: ", ")
      return """
        ALTER TYPE state RENAME TO state_old;
        CREATE TYPE state AS ENUM (\(labels), 'lost');
        ALTER TABLE \(table.name) ALTER COLUMN state DROP DEFAULT;
        ALTER TABLE \(table.name) ALTER COLUMN state TYPE state USING state::text::state;
        DROP TYPE state_old;
        """
    default: return "ALTER SEQUENCE ticket INCREMENT BY 5;"
    }
  }

  mutating func changeRows() -> String? {
    guard let place = column() else { return nil }
    let (table, column, type) = name(place)
    let value: String
    switch type {
    case "integer", "bigint", "smallint", "positive":
      value = random.pick(["1", "\(column) + 1", "NULL"])
    case "text":
      value = random.pick(["upper(\(column))", "length_of(\(column))::text", "'x'"])
    case "state": value = "'\(random.pick(schema.labels))'"
    default: value = "NULL"
    }
    switch random.int(below: 6) {
    case 0: return "DELETE FROM \(table) WHERE \(column) IS NULL;"
    case 1: return "UPDATE \(table) SET \(column) = \(value);"
    case 2: return "DELETE FROM \(table);"
    default: return "UPDATE \(table) SET \(column) = \(value) WHERE \(column) IS NOT NULL;"
    }
  }

  mutating func changeView() -> String? {
    switch random.int(below: 4) {
    case 0: return "DROP VIEW open_orders;"
    case 1:
      return "CREATE OR REPLACE VIEW open_orders AS SELECT id, amount FROM orders WHERE qty > 3;"
    case 2:
      guard let place = column() else { return nil }
      let (table, column, _) = name(place)
      return "CREATE VIEW \(fresh("v")) AS SELECT \(column) FROM \(table);"
    default:
      guard let place = column() else { return nil }
      let (table, column, _) = name(place)
      return """
        CREATE MATERIALIZED VIEW \(fresh("m")) AS SELECT \(column), count(*) FROM \(table) GROUP BY 1;
        """
    }
  }

  mutating func changeTrigger() -> String? {
    guard let place = column() else { return nil }
    let (table, column, type) = name(place)
    if let last = schema.tables[place.table].triggers.popLast() {
      return "DROP TRIGGER \(last) ON \(table);"
    }
    guard type == "text" else { return nil }
    let (function, trigger) = (fresh("set_text"), fresh("g"))
    schema.tables[place.table].triggers.append(trigger)
    return """
      CREATE FUNCTION \(function)() RETURNS trigger LANGUAGE plpgsql
        AS 'BEGIN NEW.\(column) := lower(NEW.\(column)); RETURN NEW; END';
      CREATE TRIGGER \(trigger) BEFORE INSERT OR UPDATE ON \(table)
        FOR EACH ROW EXECUTE FUNCTION \(function)();
      """
  }
}
