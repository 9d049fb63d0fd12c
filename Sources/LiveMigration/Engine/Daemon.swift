internal import Foundation
public import Logging
internal import Postgres

/// Resumes backfills that no session drives any more, without an operator.
///
/// It goes as far as the first gate, asks the gate's questions, and stops there. Plans that an operator paused, and
/// plans that wait at a gate, are never touched.
public struct Daemon: Sendable {
  /// What the operator allows.
  public struct Options: Sendable, Hashable {
    /// How long to wait between two looks.
    public var pollInterval: Duration
    /// How long a plan must have made no progress.
    public var claimStaleAfter: Duration
    /// Whether the server may be another machine.
    public var allowNonLocalhost: Bool

    /// Chooses options.
    public init(
      pollInterval: Duration = .seconds(30), claimStaleAfter: Duration = .seconds(600),
      allowNonLocalhost: Bool = false
    ) {
      self.pollInterval = pollInterval
      self.claimStaleAfter = claimStaleAfter
      self.allowNonLocalhost = allowNonLocalhost
    }
  }

  let engine: LiveEngine
  let options: Options
  let logger: Logger
  /// Called when the daemon is ready, and then twice a second.
  let heartbeat: @Sendable (_ isFirst: Bool) -> Void

  /// Makes a daemon.
  public init(
    engine: LiveEngine, options: Options, logger: Logger,
    heartbeat: @escaping @Sendable (_ isFirst: Bool) -> Void = { _ in }
  ) {
    self.engine = engine
    self.options = options
    self.logger = logger
    self.heartbeat = heartbeat
  }

  /// Works until the flag is raised.
  ///
  /// - Throws: `EngineError.daemonRefused` when the server that the session reached is not this machine; what the
  ///   first connection fails with. Later failures are logged and survived.
  public func run(until stop: StopFlag) async throws {
    if try await checkServer(until: stop) {
      heartbeat(true)
      logger.info("ready")
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await beat(until: stop) }
        defer { group.cancelAll() }
        try await work(until: stop)
      }
    }
    logger.info("stopped")
  }

  /// Makes sure of the server; `false` when the flag was raised meanwhile.
  private func checkServer(until stop: StopFlag) async throws -> Bool {
    let (engine, options) = (engine, options)
    let isChecked: Void? = try await stop.cuttingOff {
      try await engine.checkServer(allowingOther: options.allowNonLocalhost)
    }
    return isChecked != nil
  }

  /// Tells the supervisor that the program is alive, whatever it does: a gate's question about a large table may
  /// rightly take hours, and nothing else is to be heard meanwhile.
  private func beat(until stop: StopFlag) async {
    while !stop.isRaised, !Task.isCancelled {
      heartbeat(false)
      try? await stop.sleep(for: .milliseconds(500))
    }
  }

  private func work(until stop: StopFlag) async throws {
    var waits = BackOffs()
    var look = RetryDelay(base: options.pollInterval)
    while !stop.isRaised {
      do {
        guard try await checkServer(until: stop) else { return }
        try await lookOnce(&waits, stop)
        try await retireOverdue(&waits, stop)
        look.renew()
      } catch let error as EngineError where error.isDaemonRefusal {
        throw error
      } catch {
        logger.error("look failed", metadata: ["error": "\(error)"])
        look.fail()
        // After a failover another server may take changes.
        if case EngineError.standby = error { await engine.disconnect() }
      }
      try? await stop.sleep(for: look.delay)
    }
  }

  private func lookOnce(_ waits: inout BackOffs, _ stop: StopFlag) async throws {
    let (engine, age) = (engine, options.claimStaleAfter)
    let stale = try await stop.cuttingOff { try await engine.staleBackfills(after: age) }
    for id in stale ?? [] {
      if stop.isRaised { return }
      guard waits.isDue(id) else { continue }
      let name: Logger.Metadata = ["plan": "\(id)"]
      logger.info("resuming", metadata: name)
      do {
        let outcome = try await engine.resumeStale(
          id, after: age, until: stop
        ) { event in
          if case .retrying(_, let attempt, let limit, _, let error, _) = event {
            logger.warning(
              "retrying",
              metadata: ["plan": "\(id)", "attempt": "\(attempt)/\(limit)", "error": "\(error)"])
          }
        }
        waits.succeeded(id)
        logger.info("left", metadata: ["plan": "\(id)", "status": "\(outcome)"])
      } catch EngineError.gateDisagreed(_, _, let outcomes, _) {
        let names = outcomes.filter { !$0.agrees }.map(\.name).joined(separator: "; ")
        logger.warning("gate disagrees", metadata: ["plan": "\(id)", "gates": "\(names)"])
      } catch let error as EngineError where error.isDaemonRefusal {
        throw error
      } catch {
        waits.failed(id)
        logger.error("failed", metadata: ["plan": "\(id)", "error": "\(error)"])
      }
    }
  }
}

extension Daemon {
  /// Gives up old shapes whose time is over, where the operator said that the daemon may.
  private func retireOverdue(_ waits: inout BackOffs, _ stop: StopFlag) async throws {
    let engine = engine
    for id in try await stop.cuttingOff({ try await engine.overduePlans() }) ?? [] {
      if stop.isRaised { return }
      guard waits.isDue(id) else { continue }
      let name: Logger.Metadata = ["plan": "\(id)"]
      logger.info("retiring", metadata: name)
      do {
        let status = try await stop.cuttingOff {
          try await engine.retireOverdue(id, onEvent: { _ in })
        }
        waits.succeeded(id)
        let end = status.flatMap(\.self)?.rawValue ?? StaleOutcome.isForOthers.description
        logger.info("left", metadata: ["plan": "\(id)", "status": "\(end)"])
      } catch {
        waits.failed(id)
        logger.error("failed", metadata: ["plan": "\(id)", "error": "\(error)"])
      }
    }
  }
}

/// A delay that doubles with each failure, from a second on and up to ten minutes.
///
/// A daemon may look as often as it is told to, but what fails must not be tried a thousand times a second.
struct RetryDelay {
  private static let least = Duration.seconds(1)
  private static let most = Duration.seconds(600)

  private let base: Duration
  private(set) var delay: Duration

  init(base: Duration) {
    self.base = base
    delay = base
  }

  mutating func renew() { delay = base }
  mutating func fail() { delay = min(max(delay * 2, Self.least), Self.most) }
}

/// When a plan that failed is tried again.
struct BackOffs {
  private var failures: [PlanID: (count: Int, due: ContinuousClock.Instant)] = [:]

  func isDue(_ id: PlanID, at now: ContinuousClock.Instant = .now) -> Bool {
    (failures[id]?.due ?? now) <= now
  }

  mutating func failed(_ id: PlanID, at now: ContinuousClock.Instant = .now) {
    let count = (failures[id]?.count ?? 0) + 1
    let delay = min(Duration.seconds(30) * (1 << min(count - 1, 6)), .seconds(3600))
    failures[id] = (count, now + delay)
  }

  mutating func succeeded(_ id: PlanID) { failures[id] = nil }
}
