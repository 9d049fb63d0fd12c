import Foundation
import Postgres
import PrivateServer
import Synchronization
import TestSupport
import Testing

/// The daemon as its supervisor sees it: the built program, its log, its signals and its datagrams.
@Suite("Contract: the daemon", .database)
struct ContractDaemonTests {
  private static let eager = ["--poll-interval", "100ms", "--claim-stale-after", "1s"]

  /// A plan whose program was killed in its backfill.
  private func abandonedPlan() async throws -> (ContractBench, String) {
    let bench = try await ContractBench(
      setup: """
        CREATE TABLE t (id int PRIMARY KEY, amount int NOT NULL);
        INSERT INTO t SELECT g, g FROM generate_series(1, 6000) g;
        ANALYZE t;
        """,
      settings: ContractBench.quick + "backfill_chunk_size = 50\nmax_rows_per_second = 4000\n")
    let id = try await bench.plan()
    let run = try bench.start(["run", id] + ContractBench.permission)
    try await run.waitForOutput(containing: "fill public.t")
    run.signal(SIGKILL)
    _ = await run.wait()
    // What a daemon that died on another machine leaves behind must not keep this one away.
    try await bench.execute(
      """
      UPDATE djogi_live_plans SET claimed_by_host = 'elsewhere', claimed_by_pid = 1, claimed_at = now()
      """)
    return (bench, id)
  }

  @Test
  func `It finishes a dead program's backfill, tells its supervisor, and ends when it is told`()
    async throws
  {
    let (bench, id) = try await abandonedPlan()
    let supervisor = try NotifySocket(bench.folder + "/notify")
    let daemon = try bench.start(
      ["--output", "json", "daemon"] + Self.eager, environment: ["NOTIFY_SOCKET": supervisor.path])
    for _ in 0..<600 where try await bench.status(of: id) != "validating" {
      _ = supervisor.received()
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(try await bench.status(of: id) == "validating", "\(daemon.errors)")
    #expect(try await bench.value("SELECT backfill_rows_done FROM djogi_live_plans") == "6000")
    // No gate is passed, and the claim is given back.
    for _ in 0..<100
    where try await bench.value("SELECT claimed_by_host FROM djogi_live_plans") != nil {
      try await Task.sleep(for: .milliseconds(50))
    }
    #expect(try await bench.value("SELECT claimed_by_host FROM djogi_live_plans") == nil)
    _ = supervisor.received()
    daemon.signal(SIGTERM)
    let answer = Answer(await daemon.wait())
    #expect(answer.code == 0, "\(answer)")
    let log = try CommandsWorkspace.objects(answer.errors)
    #expect(
      log.allSatisfy { $0["event"] as? String == "log" && $0["database"] as? String == "main" })
    #expect(log.contains { ($0["message"] as? String)?.hasPrefix("resuming") == true })
    let states = supervisor.received()
    #expect(states.first == "READY=1")
    #expect(states.contains("WATCHDOG=1"))
    #expect(states.last == "STOPPING=1")
    try bench.dispose()
  }

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP] as [Int32])
  func `A signal ends it between two chunks, and the plan runs on with the next one`(
    signal: Int32
  ) async throws {
    let (bench, id) = try await abandonedPlan()
    let daemon = try bench.start(["daemon"] + Self.eager)
    try await daemon.waitForOutput(containing: "resuming")
    daemon.signal(signal)
    let answer = Answer(await daemon.wait())
    #expect(answer.code == 0, "\(answer)")
    #expect(try await bench.status(of: id) == "running")
    let next = try bench.start(["daemon"] + Self.eager)
    for _ in 0..<600 where try await bench.status(of: id) != "validating" {
      try await Task.sleep(for: .milliseconds(50))
    }
    next.signal(SIGTERM)
    #expect(Answer(await next.wait()).code == 0)
    #expect(try await bench.value("SELECT backfill_rows_done FROM djogi_live_plans") == "6000")
    #expect(
      try await bench.value("SELECT count(*) FROM t WHERE amount_new IS DISTINCT FROM amount")
        == "0")
    try bench.dispose()
  }

  @Test
  func `A supervisor that does not listen does not hold it up`() async throws {
    let (bench, id) = try await abandonedPlan()
    let deaf = try NotifySocket(bench.folder + "/notify")
    let daemon = try bench.start(
      ["daemon", "--poll-interval", "1ms", "--claim-stale-after", "1s"],
      environment: ["NOTIFY_SOCKET": deaf.path])
    for _ in 0..<600 where try await bench.status(of: id) != "validating" {
      try await Task.sleep(for: .milliseconds(50))
    }
    daemon.signal(SIGTERM)
    #expect(Answer(await daemon.wait()).code == 0)
    #expect(try await bench.status(of: id) == "validating")
    #expect(deaf.received().first == "READY=1")
    try bench.dispose()
  }

  @Test
  func `A signal that is sent twice at once is one`() async throws {
    let (bench, id) = try await abandonedPlan()
    let daemon = try bench.start(["daemon"] + Self.eager)
    try await daemon.waitForOutput(containing: "resuming")
    daemon.signal(SIGTERM)
    daemon.signal(SIGTERM)
    let answer = Answer(await daemon.wait())
    #expect(answer.code == 0 && !answer.errors.contains("not waiting"), "\(answer)")
    #expect(answer.errors.contains("stopped"))
    #expect(try await bench.status(of: id) == "running")
    try bench.dispose()
  }

  @Test
  func `Whatever it tells is an entry of its log`() async throws {
    let bench = try await ContractBench()
    let daemon = try bench.start(
      ["--output", "json", "daemon"] + Self.eager,
      environment: ["PGOPTIONS": "-c client_min_messages=debug5"])
    try await daemon.waitForOutput(containing: "ready")
    try await bench.execute(
      """
      SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'djogi-shell'
        AND pid <> pg_backend_pid()
      """)
    try await daemon.waitForOutput(containing: "connected again")
    daemon.signal(SIGTERM)
    let answer = Answer(await daemon.wait())
    #expect(answer.code == 0, "\(answer.errors.suffix(500))")
    let log = try CommandsWorkspace.objects(answer.errors)
    #expect(log.allSatisfy { $0["event"] as? String == "log" && $0["time"] is String })
    let messages = log.compactMap { $0["message"] as? String }
    #expect(messages.contains { $0.hasPrefix("server DEBUG: ") })
    #expect(messages.count { $0.hasPrefix("connected again: server process ") } == 1)
    try bench.dispose()
  }

  @Test
  func `A time between two looks that is none is refused`() async throws {
    let bench = try await ContractBench()
    let never = try await bench.run("daemon", "--poll-interval", "0s")
    #expect(never.code == 64, "\(never)")
    #expect(never.errors.contains("--poll-interval must be longer than 0"), "\(never)")
    let ages = try await bench.run("daemon", "--claim-stale-after", "100000000d")
    #expect(ages.code == 64, "\(ages)")
    try bench.dispose()
  }

  @Test
  func `Production is refused`() async throws {
    let bench = try await ContractBench()
    let answer = try await bench.run("daemon", environment: ["DJOGI_ENV": "production"])
    #expect(answer.code == 1, "\(answer)")
    #expect(answer.errors.contains("production"))
    try bench.dispose()
  }
}

/// What systemd listens to.
private final class NotifySocket: Sendable {
  let path: String
  private let descriptor: Int32
  private let states = Mutex<[String]>([])

  init(_ path: String) throws {
    self.path = path
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { target in
      for (index, byte) in path.utf8.enumerated() { target[index] = byte }
    }
    let size = socklen_t(MemoryLayout<sockaddr_un>.size)
    let bound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
    }
    try #require(bound == 0, "\(path): \(errno)")
  }

  deinit { close(descriptor) }

  /// Everything that has come so far, repetitions left out.
  func received() -> [String] {
    states.withLock { states in
      var buffer = [UInt8](repeating: 0, count: 1024)
      while true {
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        guard count > 0 else { return states }
        let state = String(decoding: buffer[..<count], as: UTF8.self)
        if states.last != state { states.append(state) }
      }
    }
  }
}
