import Postgres
import SchemaChange
import TestSupport
import Testing

/// `DO` blocks that are plain statements, some behind a guard.
@Suite("Guards of DO blocks", .database)
struct StatementGuardTests {
  private static let setup = """
    CREATE TABLE t (id int PRIMARY KEY, a int CONSTRAINT positive CHECK (a > 0));
    CREATE TYPE kind AS ENUM ('a');
    """

  /// What each migration is made of on a server where the setup was run.
  private static let forms: [(String, [String])] = [
    (
      "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN null; END $$;",
      ["CREATE TYPE mood AS ENUM ('a')"]
    ),
    (
      "DO $$ BEGIN CREATE TYPE kind AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN null; END $$;",
      ["SELECT 1"]
    ),
    (
      "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'positive') THEN "
        + "ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0); END IF; END $$;",
      ["SELECT 1"]
    ),
    (
      "DO $body$ BEGIN IF NOT EXISTS (SELECT FROM information_schema.columns WHERE table_name = 't' "
        + "AND column_name = 'b') THEN ALTER TABLE t ADD b int; ELSE RAISE NOTICE 'there'; END IF; END $body$;",
      ["ALTER TABLE t ADD b int"]
    ),
    // A column of the same table does not turn the guard.
    (
      "ALTER TABLE t ADD c int; DO $$ BEGIN IF NOT EXISTS (SELECT FROM information_schema.columns WHERE "
        + "table_name = 't' AND column_name = 'b') THEN ALTER TABLE t ADD b int; END IF; END $$;",
      ["ALTER TABLE t ADD c int", "ALTER TABLE t ADD b int"]
    ),
    ("DO $$ BEGIN ALTER TABLE t ADD d int; END $$;", ["ALTER TABLE t ADD d int"]),
    (
      "DO $$ BEGIN IF EXISTS (SELECT FROM pg_class WHERE relname = 't') THEN EXECUTE 'COMMENT ON TABLE t IS ''it'''; "
        + "END IF; END $$;", ["COMMENT ON TABLE t IS 'it'"]
    ),
    // Several statements, each behind its own question, or two behind one.
    (
      "DO $$ BEGIN IF NOT EXISTS (SELECT FROM information_schema.columns WHERE table_name = 't' AND column_name = 'e') "
        + "THEN ALTER TABLE t ADD e int; ALTER TABLE t ALTER e SET DEFAULT 1; END IF; "
        + "IF NOT EXISTS (SELECT FROM pg_class WHERE relname = 'ix') THEN CREATE INDEX ix ON t (a); END IF; "
        + "IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 'positive') THEN ALTER TABLE t ADD f int, ADD g int; "
        + "END IF; BEGIN CREATE TYPE kind AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN null; END; END $$;",
      [
        "ALTER TABLE t ADD e int", "ALTER TABLE t ALTER e SET DEFAULT 1",
        "CREATE INDEX ix ON t (a)", "SELECT 1", "SELECT 1", "SELECT 1",
      ]
    ),
    (
      "DO $$ BEGIN ALTER TABLE t ADD h int; ALTER TABLE t ADD i int; END $$;",
      ["ALTER TABLE t ADD h int", "ALTER TABLE t ADD i int"]
    ),
    // The failure of a key is that its index is there: this one is not passed over.
    (
      "DO $$ BEGIN ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY (id); EXCEPTION WHEN duplicate_object THEN "
        + "NULL; END $$;", ["ALTER TABLE t ADD CONSTRAINT t_pkey PRIMARY KEY (id)"]
    ),
  ]

  @Test func `A guarded statement stands for itself, or for nothing`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(Self.setup)
    for (sql, statements) in Self.forms {
      let changes = try await GuardAnswers.resolve(try MigrationParser.parse(sql), on: connection)
      #expect(changes.map(\.sql) == statements, "\(sql)")
    }
    await connection.close()
  }

  @Test(arguments: [
    // The file itself makes what the guard looks for.
    "CREATE TYPE mood AS ENUM ('a'); DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); "
      + "EXCEPTION WHEN duplicate_object THEN null; END $$;",
    "ALTER TABLE t DROP CONSTRAINT positive; DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE "
      + "conname = 'positive') THEN ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0); END IF; END $$;",
    // What it does, or asks, cannot be told.
    "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN OTHERS THEN null; END $$;",
    "DO $$ BEGIN IF EXISTS (SELECT FROM t) THEN ALTER TABLE t ADD b int; END IF; END $$;",
    "DO $$ DECLARE n int := 1; BEGIN ALTER TABLE t ADD b int; END $$;",
    "DO $$ BEGIN EXECUTE 'ALTER TABLE t ' || 'ADD b int'; END $$;",
    // What one of several has done goes with the failure of another.
    "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); CREATE TYPE kind AS ENUM ('a'); "
      + "EXCEPTION WHEN duplicate_object THEN null; END $$;",
    // The first statement answers the second question.
    "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_class WHERE relname = 'ix') THEN CREATE INDEX ix ON t (a); END IF; "
      + "IF NOT EXISTS (SELECT FROM pg_class WHERE relname = 'ix') THEN ALTER TABLE t ADD c int; END IF; END $$;",
  ])
  func `A guard that cannot be answered leaves the block`(_ sql: String) async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(Self.setup)
    let changes = try await GuardAnswers.resolve(try MigrationParser.parse(sql), on: connection)
    guard case .other(let operation) = changes.last?.operation else {
      Issue.record("\(String(describing: changes.last))")
      return
    }
    #expect(operation.kind == .doBlock)
    #expect(changes.last?.sql.hasPrefix("DO") == true)
    await connection.close()
  }
}
