import Rehearsals

/// A schema made of parts, some of which another one has too.
///
/// Every kind of object that is compared has a part here; each is there by chance, and says by chance one thing or
/// another.
struct RandomSchema {
  private let random: RandomSource
  private var text = ""
  /// The tables that are there, with their columns.
  private var tables: [(name: String, columns: [RandomColumn])] = []

  /// Two schemas over the same names.
  static func pair(_ random: RandomSource) -> (String, String) {
    (RandomSchema(random).text, RandomSchema(random).text)
  }

  private init(_ random: RandomSource) {
    self.random = random
    addTypes()
    addCode()
    for number in 1...5 where random.chance(80) { addTable("t\(number)") }
    addParents()
    addPartitions()
    for (number, table) in tables.enumerated() { addParts(of: table, number) }
    addViews()
    addWhole()
  }

  private mutating func add(_ statement: String, _ percent: Int = 100) {
    if random.chance(percent) { text += statement + ";\n" }
  }

  private func maybe(_ words: String, _ percent: Int = 50) -> String {
    random.chance(percent) ? words : ""
  }

  private func either(_ words: String...) -> String { random.pick(words) }

  // MARK: - Types

  private mutating func addTypes() {
    add("CREATE SCHEMA \"Other s\"", 100)
    add("COMMENT ON SCHEMA \"Other s\" IS '\(random.int(below: 2))'", 30)
    add("GRANT USAGE ON SCHEMA \"Other s\" TO pg_monitor", 30)
    add("CREATE TYPE mood AS ENUM ('calm'\(maybe(", 'cross'"))\(maybe(", 'it''s'", 30)))")
    add("CREATE TYPE pair AS (a integer\(maybe(", b text"))\(maybe(", c numeric(9,2)", 30)))")
    add("COMMENT ON COLUMN pair.a IS 'a \(random.int(below: 2))'", 30)
    add(
      "CREATE DOMAIN short AS text\(maybe(" DEFAULT 'x'"))\(maybe(" NOT NULL", 20))"
        + maybe(" CONSTRAINT short_c CHECK (length(VALUE) < \(random.int(in: 8...9)))"))
    add("CREATE TYPE span AS RANGE (SUBTYPE = \(either("integer", "bigint")))")
    add("CREATE COLLATION plain (LOCALE = \(either("'C'", "'POSIX'")))")
    add(
      "CREATE SEQUENCE numbers\(maybe(" AS integer"))\(maybe(" INCREMENT 5"))\(maybe(" CYCLE"))", 60
    )
    add("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_monitor", 20)
    add("ALTER DEFAULT PRIVILEGES IN SCHEMA \"Other s\" GRANT ALL ON SEQUENCES TO PUBLIC", 20)
  }

  // MARK: - Functions, operators, casts

  private mutating func addCode() {
    add(
      "CREATE FUNCTION twice(a integer\(maybe(" DEFAULT 1"))) RETURNS integer LANGUAGE sql IMMUTABLE"
        + "\(maybe(" STRICT")) AS 'SELECT a * \(random.int(in: 2...3))'")
    add("REVOKE EXECUTE ON FUNCTION twice FROM PUBLIC", 20)
    add(
      "CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS "
        + "'BEGIN \(maybe("-- said")) \n RETURN NEW; END'")
    add(
      "CREATE FUNCTION event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN RETURN; END'")
    add(
      "CREATE PROCEDURE work(\(either("", "a integer", "INOUT a integer"))) LANGUAGE plpgsql "
        + "AS 'BEGIN \(maybe("NULL;")) END'", 60)
    add(
      "CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer"
        + "\(maybe(", INITCOND = '\(random.int(below: 2))'")))", 60)
    add("CREATE FUNCTION same(a pair, b pair) RETURNS boolean LANGUAGE sql AS 'SELECT a.a = b.a'")
    add(
      "CREATE OPERATOR ==== (LEFTARG = pair, RIGHTARG = pair, FUNCTION = same"
        + "\(maybe(", COMMUTATOR = ====")))", 60)
    add("CREATE FUNCTION said(a pair) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT a.a::text'")
    add("CREATE CAST (pair AS text) WITH FUNCTION said(pair)\(maybe(" AS ASSIGNMENT"))", 60)
  }

  // MARK: - Tables

  private mutating func addTable(_ name: String) {
    let columns = (1...6).filter { _ in random.chance(65) }.map { RandomColumn("c\($0)", random) }
    var lines = [
      "id bigint\(maybe(" GENERATED \(either("ALWAYS", "BY DEFAULT")) AS IDENTITY"))",
      "CONSTRAINT \(name)_pkey PRIMARY KEY (id)\(maybe(" WITH (fillfactor = 80)", 20))",
    ]
    lines += columns.map(\.definition)
    if let other = tables.last?.name, random.chance(60) {
      lines.append(
        "other bigint REFERENCES \(other)\(maybe(" ON DELETE CASCADE"))"
          + maybe(" DEFERRABLE INITIALLY DEFERRED", 20))
    }
    if let column = columns.first(where: { $0.type == "integer" }) {
      if random.chance(50) {
        lines.append("CONSTRAINT \(name)_c CHECK (\(column.name) < \(random.int(in: 10...12)))")
      }
      if random.chance(20) {
        lines.append("g bigint GENERATED ALWAYS AS (\(column.name) + 1) STORED")
      }
    }
    if let column = columns.first(where: { $0.type == "span" }), random.chance(40) {
      lines.append("CONSTRAINT \(name)_x EXCLUDE USING gist (\(column.name) WITH &&)")
    }
    add(
      "CREATE TABLE \(name) (\(lines.joined(separator: ", ")))"
        + maybe(" WITH (fillfactor = 80)", 20))
    tables.append((name, columns))
  }

  private mutating func addParents() {
    add("CREATE TABLE parent (a integer\(maybe(" NOT NULL")), b text\(maybe(", c date")))")
    add("CREATE TABLE child (d integer\(maybe(" DEFAULT 4"))) INHERITS (parent)", 60)
    add("ALTER TABLE parent ADD CONSTRAINT parent_a CHECK (a > 0)\(maybe(" NO INHERIT", 30))", 50)
    add(
      "CREATE TABLE \"Other s\".\"T t\" (\"A b\" integer\(maybe(" PRIMARY KEY")), n text\(maybe(" COLLATE plain")))"
    )
  }

  private mutating func addPartitions() {
    add(
      "CREATE TABLE whole (a integer NOT NULL, b text\(maybe(" NOT NULL", 30))\(maybe(", c integer")))"
        + " PARTITION BY \(either("LIST", "RANGE")) (a)", 100)
    let isList = text.contains("PARTITION BY LIST (a)")
    for number in 1...3 where random.chance(60) {
      let bound = isList ? "IN (\(number))" : "FROM (\(number)) TO (\(number + 1))"
      let isDivided = random.chance(30)
      add(
        "CREATE TABLE whole_\(number) PARTITION OF whole FOR VALUES \(bound)"
          + (isDivided ? " PARTITION BY HASH (a)" : ""))
      if isDivided {
        add(
          "CREATE TABLE whole_\(number)_0 PARTITION OF whole_\(number) "
            + "FOR VALUES WITH (MODULUS 2, REMAINDER 0)", 70)
      }
      add("ALTER TABLE whole_\(number) ALTER b SET DEFAULT '\(random.int(below: 2))'", 30)
    }
    add("CREATE TABLE whole_rest PARTITION OF whole DEFAULT", 40)
    add("ALTER TABLE whole ADD CONSTRAINT whole_pkey PRIMARY KEY (a)", 40)
    add("CREATE INDEX whole_b ON whole (b\(maybe(" DESC")))\(maybe(" WHERE a > 1"))", 50)
    add("CREATE TRIGGER whole_t AFTER INSERT ON whole FOR EACH ROW EXECUTE FUNCTION fire()", 40)
  }

  // MARK: - What hangs on tables

  private mutating func addParts(of table: (name: String, columns: [RandomColumn]), _ number: Int) {
    let name = table.name
    add("COMMENT ON TABLE \(name) IS 'table \(random.int(below: 3))'", 30)
    add("COMMENT ON COLUMN \(name).id IS E'key\\n\(random.int(below: 2))'", 20)
    add("GRANT SELECT\(maybe(", INSERT")) ON \(name) TO \(either("PUBLIC", "pg_monitor"))", 20)
    add("GRANT UPDATE (id) ON \(name) TO pg_monitor\(maybe(" WITH GRANT OPTION"))", 10)
    if let column = table.columns.last, column.isSorted {
      let unique = maybe("UNIQUE ", 30)
      add(
        "CREATE \(unique)INDEX \(name)_i ON \(name) (\(column.name)\(maybe(" DESC")), id)"
          + maybe(" INCLUDE (id)", 20) + maybe(" WHERE id > 0", 30))
      add(
        "CREATE STATISTICS \(name)_s\(maybe(" (ndistinct)")) ON id, \(column.name) FROM \(name)", 30
      )
    }
    if let column = table.columns.first(where: { $0.type == "text" }) {
      add(
        "CREATE INDEX \(name)_e ON \(name) (lower(\(column.name)), (id + \(random.int(below: 2))))",
        40)
      add("ALTER TABLE \(name) ALTER \(column.name) SET STORAGE \(either("EXTERNAL", "MAIN"))", 20)
      add("ALTER TABLE \(name) ALTER \(column.name) SET STATISTICS \(random.int(in: 1...2))", 20)
    }
    if random.chance(30) {
      add("ALTER TABLE \(name) ENABLE ROW LEVEL SECURITY")
      add(
        "CREATE POLICY p ON \(name)\(maybe(" AS RESTRICTIVE")) FOR \(either("ALL", "SELECT"))"
          + " USING (id > \(random.int(below: 2)))")
    }
    add(
      "CREATE TRIGGER fires \(either("BEFORE", "AFTER")) UPDATE ON \(name) FOR EACH ROW"
        + "\(maybe(" WHEN (NEW.id > 1)")) EXECUTE FUNCTION fire()", 30)
    add(
      "CREATE RULE stays AS ON DELETE TO \(name) WHERE old.id = \(random.int(below: 2)) DO INSTEAD NOTHING",
      15)
    add("ALTER TABLE \(name) REPLICA IDENTITY \(either("FULL", "USING INDEX \(name)_pkey"))", 20)
    add("CREATE SEQUENCE own_\(number); ALTER SEQUENCE own_\(number) OWNED BY \(name).id", 20)
  }

  private mutating func addViews() {
    var former: String?
    for (number, table) in tables.enumerated() where random.chance(60) {
      let chosen = ["id"] + table.columns.filter { _ in random.chance(60) }.map(\.name)
      let list = chosen.map { "x.\($0)" }.joined(separator: ", ")
      let name = "v\(number)"
      let isStored = random.chance(30)
      let other = former.map { maybe(" JOIN \($0) AS y ON y.id = x.id", 40) } ?? ""
      add(
        "CREATE \(isStored ? "MATERIALIZED VIEW" : "VIEW") \(name)"
          + (isStored ? "" : maybe(" WITH (security_barrier)", 20))
          + " AS SELECT \(list) FROM \(table.name) AS x\(other)"
          + (isStored ? maybe(" WITH NO DATA", 30) : ""))
      add("CREATE INDEX \(name)_i ON \(name) (id)", isStored ? 50 : 0)
      add("COMMENT ON COLUMN \(name).id IS 'seen \(random.int(below: 2))'", 20)
      add("GRANT SELECT ON \(name) TO PUBLIC", 20)
      // One without rows can be read by no other.
      if !isStored { former = name }
    }
  }

  // MARK: - Of the whole database

  private mutating func addWhole() {
    add(
      "CREATE EVENT TRIGGER watch ON \(either("ddl_command_end", "sql_drop"))"
        + " EXECUTE FUNCTION event()", 30)
    let listed = tables.filter { _ in random.chance(40) }.map {
      $0.name + maybe(" WHERE (id > 5)", 30)
    }
    add(
      "CREATE PUBLICATION pub\(listed.isEmpty ? "" : " FOR TABLE \(listed.joined(separator: ", "))")"
        + maybe(" WITH (publish = 'insert')"), 50)
  }
}

/// A column of a random table.
struct RandomColumn {
  let name: String
  let type: String
  private let more: String

  private static let types: [(name: String, defaults: [String])] = [
    ("integer", ["7", "-1", "twice(4)"]), ("bigint", ["8"]),
    ("text", ["'x'", "'it''s'"]), ("numeric(10,2)", ["1.5"]), ("timestamptz", ["now()"]),
    ("boolean", ["true"]), ("mood", ["'calm'"]), ("jsonb", ["'{}'"]), ("varchar(20)", ["'v'"]),
    ("date", ["current_date"]), ("pair", ["NULL"]), ("short", ["'y'"]), ("span", ["'[1,2)'"]),
    ("mood[]", ["'{calm}'"]), ("integer[]", ["'{1}'"]),
  ]
  private static let sorted: Set = [
    "integer", "bigint", "text", "numeric(10,2)", "timestamptz", "boolean", "mood", "date", "short",
  ]

  init(_ name: String, _ random: RandomSource) {
    let type = random.pick(Self.types)
    let isTexts = type.name == "text" && random.chance(20)
    (self.name, self.type) = (name, type.name)
    let value = random.pick(type.defaults)
    more =
      (isTexts ? " COLLATE plain" : "") + (random.chance(40) ? " DEFAULT \(value)" : "")
      + (random.chance(30) ? " NOT NULL" : "")
  }

  var definition: String { "\(name) \(type)\(more)" }
  /// Whether an index and statistics can be made of it.
  var isSorted: Bool { Self.sorted.contains(type) }
}
