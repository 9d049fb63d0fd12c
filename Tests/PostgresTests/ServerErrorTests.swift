import Postgres
import Synchronization
import TestSupport
import Testing

/// What the server says: errors, notices, notifications.
@Suite("Errors and notices", .database)
struct ServerErrorTests {
  /// The server's error for a statement.
  private func error(of sql: SQL, on connection: PostgresConnection) async throws -> ServerError {
    do {
      _ = try await connection.execute(sql)
    } catch let error as PostgresError {
      return try #require(error.serverError)
    }
    throw ServerError(message: "the statement succeeded")
  }

  @Test
  func `An error has every field that the server sent`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(
      """
      CREATE SCHEMA s;
      CREATE TABLE s.t (id int PRIMARY KEY, n int NOT NULL, CONSTRAINT small CHECK (n < 10));
      INSERT INTO s.t VALUES (1, 1);
      """)
    let unique = try await error(of: "INSERT INTO s.t VALUES (\(1), \(2))", on: connection)
    #expect(unique.sqlState == .uniqueViolation)
    #expect(unique.severity == "ERROR")
    #expect(unique.detail == "Key (id)=(1) already exists.")
    #expect([unique.schema, unique.table, unique.constraint] == ["s", "t", "t_pkey"])
    #expect(unique.statement == "INSERT INTO s.t VALUES ($1, $2)")
    let check = try await error(of: "INSERT INTO s.t VALUES (2, 11)", on: connection)
    #expect(check.sqlState == .checkViolation)
    #expect(check.constraint == "small")
    let null = try await error(of: "INSERT INTO s.t VALUES (2)", on: connection)
    #expect(null.sqlState == .notNullViolation)
    #expect(null.column == "n")
    await connection.close()
  }

  @Test
  func `A position counts characters, and a hint comes along`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script("CREATE TABLE t (größe int)")
    let error = try await error(of: "SELECT 'ü漢', grösse FROM t", on: connection)
    #expect(error.sqlState == .undefinedColumn)
    #expect(error.position == 14)
    #expect(error.hint?.contains("größe") == true)
    #expect(
      error.description
        == """
        ERROR: column "grösse" does not exist (SQLSTATE 42703)
        HINT: Perhaps you meant to reference the column "t.größe".
        """)
    let syntax = try await self.error(of: "SELEC 1", on: connection)
    #expect(syntax.sqlState == .syntaxError)
    #expect(syntax.position == 1)
    await connection.close()
  }

  @Test
  func `An error inside a function tells where`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(
      """
      CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$BEGIN
        RAISE EXCEPTION 'no %', 'way' USING ERRCODE = 'AB123', DETAIL = 'd', HINT = 'h',
          TABLE = 't', DATATYPE = 'y';
      END$$
      """)
    let error = try await error(of: "SELECT f()", on: connection)
    #expect(error.sqlState.rawValue == "AB123")
    #expect(error.sqlState.class == "AB")
    #expect([error.message, error.detail, error.hint] == ["no way", "d", "h"])
    #expect(error.context?.contains("function f() line 2") == true)
    #expect([error.table, error.dataType] == ["t", "y"])
    await connection.close()
  }

  @Test
  func `A value bound to a statement never stands in its error`() async throws {
    let connection = try await TestDatabase.current.connect()
    let error = try await error(of: "SELECT \("hunter2")::text, 1 / 0", on: connection)
    #expect(error.sqlState.rawValue == "22012")
    #expect(!"\(error) \(String(describing: error.statement))".contains("hunter2"))
    await connection.close()
  }

  @Test
  func `A script ends at its first error and leaves nothing`() async throws {
    let connection = try await TestDatabase.current.connect()
    let results = try await connection.script(
      "CREATE TABLE a (i int); INSERT INTO a VALUES (1), (2)")
    #expect(results.map(\.tag) == ["CREATE TABLE", "INSERT 0 2"])
    #expect(results.map(\.affectedRows) == [0, 2])
    await #expect(throws: PostgresError.self) {
      try await connection.script(
        "INSERT INTO a VALUES (3); SELECT 1 / 0; INSERT INTO a VALUES (4)")
    }
    #expect(try await connection.query("SELECT count(*) FROM a").only().decode(0) == 2)
    #expect(try await connection.execute("").tag == "")
    #expect(try await connection.script("").count == 1)
    await connection.close()
  }

  @Test
  func `COPY from and to the client is refused, and the session goes on`() async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script("CREATE TABLE t AS SELECT g FROM generate_series(1, 100000) g")
    for sql in ["COPY t TO STDOUT", "COPY t FROM STDIN"] {
      await #expect(throws: PostgresError.copyNotSupported(statement: sql)) {
        try await connection.script(sql)
      }
      #expect(try await connection.query("SELECT count(*) FROM t").only().decode(0) == 100_000)
    }
    await connection.close()
  }

  @Test
  func `Notices are kept, or handed to the one that asked for them`() async throws {
    let connection = try await TestDatabase.current.connect()
    let raise = "DO $$BEGIN RAISE NOTICE 'one' USING DETAIL = 'd'; RAISE WARNING 'two'; END$$"
    try await connection.script(raise)
    let notices = await connection.takeNotices()
    #expect(notices.map(\.message) == ["one", "two"])
    #expect(notices.map(\.severity) == ["NOTICE", "WARNING"])
    #expect(notices.first?.description == "NOTICE: one\nDETAIL: d")
    #expect(await connection.takeNotices().isEmpty)
    await connection.close()
    let heard = Mutex<[String]>([])
    let other = try await TestDatabase.current.connect(onNotice: { notice in
      heard.withLock { $0.append(notice.message) }
    })
    try await other.script(raise)
    #expect(heard.withLock { $0 } == ["one", "two"])
    #expect(await other.takeNotices().isEmpty)
    let kept = try await other.keepingNotices { connection in
      try await connection.script(raise)
      return connection.takeNotices().map(\.message)
    }
    #expect(kept == ["one", "two"])
    #expect(heard.withLock { $0 }.count == 2)
    await other.close()
  }

  @Test
  func `A notification comes with its sender`() async throws {
    let (listener, speaker) = (
      try await TestDatabase.current.connect(), try await TestDatabase.current.connect()
    )
    try await listener.execute("LISTEN news")
    try await speaker.execute("SELECT pg_notify('news', \("it's here"))")
    try await listener.execute("SELECT 1")
    let notifications = await listener.takeNotifications()
    #expect(notifications.map(\.channel) == ["news"])
    #expect(notifications.map(\.payload) == ["it's here"])
    #expect(notifications.first?.backendPID == speaker.info.backendPID)
    await listener.close()
    await speaker.close()
  }
}
