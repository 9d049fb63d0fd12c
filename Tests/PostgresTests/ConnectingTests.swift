import Foundation
import Postgres
import PrivateServer
import TestSupport
import Testing

/// How sessions come to be, and why not.
@Suite("Connecting", .database)
struct ConnectingTests {
  @Test
  func `A URI and keywords lead to the same database`() async throws {
    let database = try TestDatabase.current
    let folder = database.cluster.server.socketFolder
    let strings = [
      database.url, "host=\(folder) dbname=\(database.name) user=postgres",
      "postgres://postgres@/\(database.name)?host=\(folder)",
      "host='\(folder)' dbname = '\(database.name)' user=postgres",
    ]
    for text in strings {
      let connection = try await PostgresConnection.connect(ConnectionConfiguration(text))
      let info = connection.info
      #expect([info.database, info.user, info.host] == [database.name, "postgres", folder])
      #expect(info.isUnixSocket && info.hostAddress == nil && info.port == 5432)
      #expect(info.applicationName == "djogi-shell")
      let pid: Int32 = try await connection.query("SELECT pg_backend_pid()").only().decode(0)
      #expect(pid == info.backendPID)
      let version: Int = try await connection.query(
        "SELECT current_setting('server_version_num')::int"
      ).only().decode(0)
      #expect(version == info.serverVersion)
      await connection.close()
    }
  }

  @Test
  func `What is configured beside the connection string wins over it`() async throws {
    let database = try TestDatabase.current
    let folder = database.cluster.server.socketFolder
    let configuration = ConnectionConfiguration(
      "host=\(folder) dbname=nowhere user=postgres application_name=mine", database: database.name,
      applicationName: "theirs", options: "-c lock_timeout=123ms")
    let connection = try await PostgresConnection.connect(configuration)
    let row = try await connection.query(
      """
      SELECT current_database(), current_setting('lock_timeout'),
        current_setting('application_name'), current_setting('client_encoding')
      """
    ).only()
    #expect(row.texts == [database.name, "123ms", "theirs", "UTF8"])
    await connection.close()
  }

  @Test
  func `What the server says while it accepts a session is kept as any other notice`() async throws
  {
    let connection = try await PostgresConnection.connect(
      ConnectionConfiguration(
        try TestDatabase.current.url, options: "-c client_min_messages=debug5"))
    #expect(await connection.takeNotices().contains { $0.severity == "DEBUG" })
    await connection.close()
  }

  @Test
  func `A database whose name looks like a connection string is only a name`() async throws {
    let database = try TestDatabase.current
    let folder = database.cluster.server.socketFolder
    let configuration = ConnectionConfiguration(
      "host=\(folder) user=postgres", database: "dbname=\(database.name)")
    do {
      _ = try await PostgresConnection.connect(configuration)
      Issue.record("a session came to be")
    } catch let error as PostgresError {
      #expect(error.sqlState == .invalidCatalogName)
      #expect(error.description.contains("\"dbname=\(database.name)\" does not exist"))
    }
  }

  @Test
  func `A refused connection has the server's code`() async throws {
    let database = try TestDatabase.current
    let folder = database.cluster.server.socketFolder
    let refused: [(String, SQLState?, Bool)] = [
      ("host=\(folder) user=postgres dbname=nowhere", .invalidCatalogName, false),
      ("host=\(folder) user=nobody dbname=\(database.name)", .invalidAuthorization, false),
      ("host=/nowhere user=postgres", nil, true),
      ("host=localhost port=1 connect_timeout=2", nil, true),
    ]
    for (text, state, isTransient) in refused {
      do {
        _ = try await PostgresConnection.connect(ConnectionConfiguration(text))
        Issue.record("\(text) leads somewhere")
      } catch let error as PostgresError {
        guard case .connectionFailed(let failure) = error else { throw error }
        #expect(failure.sqlState == state)
        #expect(error.isTransient == isTransient, "\(text)")
        #expect(!failure.message.isEmpty)
        #expect(!failure.message.contains(".c:"), "\(failure.message)")
      }
    }
  }

  @Test(arguments: [
    "postgresql://joe:hunter2@host:port/db", "postgresql://joe:hun@ter2@localhost:1/x",
    "postgresql://joe:hun/ter2@localhost:1/x", "host=localhost port=x password=hunter2",
    "host=localhost password='hunter2", "mysql://joe:hunter2@localhost/x",
    "joe:hunter2@localhost", "password=hunter2 nonsense=1", "host=localhost hunter2",
    "postgresql://joe:hunter2%zz@localhost/x", "a\0hunter2",
  ])
  func `A malformed connection string is refused without quoting it`(text: String) async throws {
    let configuration = ConnectionConfiguration(text)
    do {
      _ = try await PostgresConnection.connect(configuration)
      Issue.record("a session came to be")
    } catch let error as PostgresError {
      var dumped = ""
      dump(error, to: &dumped)
      dump(configuration, to: &dumped)
      dumped += "\(error) \(configuration) \(String(reflecting: configuration))"
      for part in ["hunter2", "ter2", "hun@", "hun/"] {
        #expect(!dumped.contains(part), "\(dumped)")
      }
    }
  }

  @Test(arguments: [
    "dbname=postgres://bob:hunter2@h/db host=/nowhere",
    "dbname='postgres://bob:hun ter2@h/db' host=/nowhere", "host=postgres://bob:hunter2@h/db",
    "host=postgres://bob:hunter2", "host=postgres://bob:hun,ter2@h/db",
  ])
  func `A URI in the place of a name is told without its password`(text: String) async throws {
    let configuration = ConnectionConfiguration(text)
    do {
      _ = try await PostgresConnection.connect(configuration)
      Issue.record("a session came to be")
    } catch let error as PostgresError {
      let told = "\(error) \(configuration)"
      for part in ["hunter2", "hun ", "ter2"] { #expect(!told.contains(part), "\(told)") }
      #expect(told.contains("****"), "\(told)")
    }
  }

  @Test
  func `A wrong password is in no message`() async throws {
    let (role, password) = ("guarded", "s3cret'\\word")
    let cluster = try await TestCluster()
    let admin = try await cluster.connect()
    try await admin.execute(
      "CREATE ROLE \(identifier: role) LOGIN PASSWORD \(literal: password)")
    let file: String = try await admin.query("SHOW hba_file").only().decode(0)
    let lines = ["local all \(role) scram-sha-256", "local all all trust"]
    try await admin.execute(
      "COPY (SELECT unnest(\(raw: "ARRAY['\(lines.joined(separator: "','"))']"))) TO \(literal: file)"
    )
    try await admin.execute("SELECT pg_reload_conf()")
    let folder = cluster.server.socketFolder
    func connect(_ word: String) async throws -> PostgresConnection {
      let quoted = word.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
      return try await .connect(
        ConnectionConfiguration("host=\(folder) dbname=postgres user=\(role) password='\(quoted)'"))
    }
    // The reload reaches the server's parent process a moment later.
    var refusal: PostgresError?
    while refusal == nil {
      do { await (try await connect("wr0ng")).close() } catch let error as PostgresError {
        refusal = error
      }
    }
    #expect(refusal?.sqlState == .invalidPassword)
    #expect(refusal?.isTransient == false)
    #expect("\(String(describing: refusal))".contains("wr0ng") == false)
    let connection = try await connect(password)
    #expect(connection.info.user == role)
    try await admin.execute("SELECT pg_terminate_backend(\(connection.info.backendPID), 5000)")
    do {
      _ = try await connection.query("SELECT 1")
      Issue.record("the session lives")
    } catch {
      #expect(!"\(error)".contains("s3cret"))
    }
    await admin.close()
    await cluster.server.dispose()
  }

  @Test
  func `The next of several servers is tried`() async throws {
    let database = try TestDatabase.current
    let folder = database.cluster.server.socketFolder
    let connection = try await PostgresConnection.connect(
      ConnectionConfiguration("host=/nowhere,\(folder) dbname=\(database.name) user=postgres"))
    #expect(connection.info.host == folder)
    await connection.close()
  }
}
