import Foundation
import Postgres
import PrivateServer
import TestSupport
import Testing

@testable import LiveMigration

/// Which servers a daemon takes, and what it does when one is gone.
@Suite("Contract: the daemon's server")
struct ContractDaemonServerTests {
  private static let eager = ["--poll-interval", "100ms", "--claim-stale-after", "1s"]

  /// A server of the test's own, at an address of the loopback network that no other server has.
  private static func listening(
    _ body: @Sendable @concurrent (ContractBench, _ host: String) async throws -> Void
  ) async throws {
    let host = "127.\((64...127).randomElement() ?? 64).\(getpid() >> 8 & 255).\(getpid() & 255)"
    let cluster = try await TestCluster(settings: ["listen_addresses": "'\(host)'"])
    try await TestDatabase.scope(on: cluster) {
      let bench = try await ContractBench()
      try await body(bench, host)
      try bench.dispose()
    }
    await cluster.server.dispose()
  }

  private static func url(_ bench: ContractBench, _ host: String, _ port: Int) -> String {
    "postgresql://\(TestCluster.superuser)@\(host):\(port)/\(bench.database.name)"
  }

  @Test
  func `The far end of a tunnel is another machine, unless it is allowed`() async throws {
    try await Self.listening { bench, host in
      let direct = ["DATABASE_URL": Self.url(bench, host, 5432)]
      let near = try bench.start(["daemon"] + Self.eager, environment: direct)
      try await near.waitForOutput(containing: "ready")
      near.signal(SIGTERM)
      #expect(Answer(await near.wait()).code == 0)

      let relay = try Relay(to: host, port: 5432)
      let through = ["DATABASE_URL": Self.url(bench, "127.0.0.1", relay.port)]
      let refused = try await bench.run(["daemon"] + Self.eager, environment: through)
      #expect(refused.code == 1, "\(refused)")
      #expect(refused.errors.contains("goes through a tunnel or a relay"))
      #expect(refused.next == "daemon --allow-non-localhost")

      let far = try bench.start(
        ["daemon", "--allow-non-localhost"] + Self.eager, environment: through)
      try await far.waitForOutput(containing: "ready")
      far.signal(SIGTERM)
      #expect(Answer(await far.wait()).code == 0)
      relay.stop()
    }
  }

  @Test
  func `A later session with another server is refused as the first one is`() async throws {
    try await Self.listening { bench, host in
      let relay = try Relay(to: host, port: 5432)
      let urls = [Self.url(bench, host, 5432), Self.url(bench, "127.0.0.1", relay.port)]
      let (remaining, next) = AsyncStream<String>.makeStream()
      for url in urls { next.yield(url) }
      let engine = LiveEngine(
        workspace: Workspace(folder: bench.folder), database: .main, settings: LiveSettings(),
        node: 1
      ) {
        var urls = remaining.makeAsyncIterator()
        return try await .connect(ConnectionConfiguration(await urls.next()))
      }
      try await engine.checkServer(allowingOther: false)
      await engine.disconnect()
      let error = await #expect(throws: EngineError.self) { try await engine.connection() }
      guard case .daemonRefused = error else { throw try #require(error) }
      relay.stop()
    }
  }

  @Test
  func `A dead machine or network is noticed on both sides, and a URL may say when`() async throws {
    try await Self.listening { bench, host in
      for (option, idle) in [("", 10), ("?keepalives_idle=77", 77)] {
        let url = Self.url(bench, host, 5432) + option
        let engine = LiveEngine(
          workspace: Workspace(folder: bench.folder), database: .main, settings: LiveSettings(),
          node: 1
        ) { try await .connect(ConnectionConfiguration(url)) }
        for connection in [
          try await engine.connection(), try await engine.session.another(),
        ] {
          let server: [String] = try await connection.query(
            """
            SELECT ARRAY[current_setting('tcp_keepalives_idle'),
              current_setting('tcp_keepalives_interval'), current_setting('tcp_keepalives_count'),
              current_setting('tcp_user_timeout')]
            """
          ).only().decode(0)
          #expect(server == ["10", "5", "3", "30000"])
          let socket = try #require(connection.socketDescriptor)
          #expect(Self.option(TCP_KEEPIDLE, of: socket) == idle)
          #expect(Self.option(TCP_KEEPINTVL, of: socket) == 5)
          #expect(Self.option(TCP_KEEPCNT, of: socket) == 3)
          #expect(Self.option(TCP_USER_TIMEOUT, of: socket) == 30_000)
          await connection.close()
        }
      }
    }
  }

  private static func option(_ name: Int32, of socket: Int32) -> Int32 {
    var (value, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
    getsockopt(socket, Int32(IPPROTO_TCP), name, &value, &size)
    return value
  }

  @Test
  func `Production is refused, wherever it is said`() async throws {
    let cluster = try await TestCluster.shared
    try await TestDatabase.scope(on: cluster) {
      let bench = try await ContractBench(settings: "profile = \"production\"\n")
      for words in [["daemon"], ["daemon", "--allow-non-localhost"]] {
        let answer = try await bench.run(words)
        #expect(answer.code == 1, "\(answer)")
        #expect(answer.errors.contains("production"))
      }
      try bench.dispose()
    }
  }

  @Test
  func `A signal ends it before a server has ever answered`() async throws {
    let cluster = try await TestCluster.shared
    try await TestDatabase.scope(on: cluster) {
      let bench = try await ContractBench()
      let silent = try SilentServer()
      let url = Self.url(bench, "127.0.0.1", silent.port) + "?connect_timeout=0&sslmode=disable"
      let daemon = try bench.start(["daemon"] + Self.eager, environment: ["DATABASE_URL": url])
      while silent.calls == 0 { try await Task.sleep(for: .milliseconds(20)) }
      daemon.signal(SIGTERM)
      let answer = Answer(await daemon.wait())
      #expect(answer.code == 0 && answer.errors.contains("stopped"), "\(answer)")
      silent.stop()
      try bench.dispose()
    }
  }

  // MARK: - A server that is gone

  /// Starts a command that drives a plan, and takes its server away; between two attempts lies an hour.
  private static func losing(
    _ start: @escaping @Sendable (ContractBench, _ id: String) async throws -> ChildProcess,
    waiting words: String,
    _ body: @escaping @Sendable (ChildProcess, _ id: String) async throws -> Void
  ) async throws {
    let cluster = try await TestCluster()
    try await TestDatabase.scope(on: cluster) {
      let bench = try await ContractBench(
        setup: """
          CREATE TABLE t (id int PRIMARY KEY, amount int NOT NULL);
          INSERT INTO t SELECT g, g FROM generate_series(1, 6000) g;
          ANALYZE t;
          """,
        settings: """
          [live]
          validation_threshold_rows = 1
          retry_base_ms = 3600000
          retry_cap_ms = 3600000
          backfill_chunk_size = 50
          max_rows_per_second = 1000

          """)
      let id = try await bench.plan()
      let child = try await start(bench, id)
      try await cluster.server.stop(.immediate)
      try await child.waitForOutput(containing: words)
      try await body(child, id)
      try await cluster.server.start()
      #expect(try await bench.status(of: id) == "running")
      try bench.dispose()
    }
    await cluster.server.dispose()
  }

  @Test
  func `SIGTERM is heard while the server is gone`() async throws {
    try await Self.losing(
      { bench, id in
        let first = try bench.start(["run", id] + ContractBench.permission)
        try await first.waitForOutput(containing: "fill public.t")
        first.signal(SIGKILL)
        _ = await first.wait()
        let daemon = try bench.start(["daemon"] + Self.eager)
        try await daemon.waitForOutput(containing: "resuming")
        // Not before it is at work: what fails earlier it does not try again so soon.
        let isAtWork =
          "SELECT claimed_by_pid = \(daemon.processID) AND last_progress_at > claimed_at"
        while try await bench.value(isAtWork + " FROM djogi_live_plans") != "t" {
          try await Task.sleep(for: .milliseconds(20))
        }
        return daemon
      }, waiting: "retrying"
    ) { daemon, _ in
      daemon.signal(SIGTERM)
      let answer = Answer(await daemon.wait())
      #expect(answer.code == 0, "\(answer)")
    }
  }

  @Test
  func `Ctrl-C is heard while the server is gone, and the next line is told`() async throws {
    try await Self.losing(
      { bench, id in
        let run = try bench.start(["run", id] + ContractBench.permission)
        try await run.waitForOutput(containing: "fill public.t")
        return run
      }, waiting: "failed, again in"
    ) { run, id in
      run.signal(SIGINT)
      let answer = Answer(await run.wait())
      #expect(answer.code == 130, "\(answer)")
      #expect(answer.errors.contains("plan widen was stopped at a safe point"))
      #expect(answer.errors.contains("no server answered"))
      #expect(answer.next == "show widen")
    }
  }
}
