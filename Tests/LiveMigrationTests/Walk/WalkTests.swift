import LiveMigration
import PrivateServer
import Synchronization
import TestSupport
import Testing

private let walkedPromises = NamedCases.of(everyPromise + [compositePromise]) { $0.name }

/// Whatever dies, and whenever, the same commands end in the state that an undisturbed run reaches.
@Suite("Walk", .database)
struct WalkTests {
  @Test(arguments: walkedPromises, [Journey.end, .revert])
  func `A plan that is struck anywhere ends where it would have ended`(
    _ promise: Promise, _ journey: Journey
  ) async throws {
    try await Self.walk(promise, journey)
  }

  @Test(arguments: NamedCases.of(appliedPromises) { $0.name })
  func `A migration that is struck anywhere is applied by the same command`(
    _ promise: Promise
  ) async throws {
    try await Self.walk(promise, .apply)
  }

  @Test(arguments: NamedCases.of(keptPromises) { $0.name }, [Journey.keep, .rollback, .retire])
  func `A swap that keeps the old shape is struck anywhere, on its way there and back`(
    _ promise: Promise, _ journey: Journey
  ) async throws {
    try await Self.walk(promise, journey)
  }

  private static func walk(_ promise: Promise, _ journey: Journey) async throws {
    let start = try await WalkStart(promise, journey)
    let blows = Blow.all(on: start.statements).filter { $0.fault != .server }
    // Without a plan more goes wrong between what is done and what is written down.
    let few = [.apply, .rollback].contains(journey) ? 3 : 1
    // Of one migration many are tried each time.
    let isComposite = promise.name == compositePromise.name
    let chosen = Walk.choose(
      blows, usually: isComposite ? 8 : few, atMost: isComposite ? 40 : few * 2,
      of: promise.name + journey.rawValue)
    let count = WalkCount()
    for blow in chosen { try await start.survive(blow, count) }
    count.tell(
      journey, promise.name, statements: start.statements.count, blows: chosen.count,
      of: blows.count)
    // Of some kinds of fault alone, a migration may have none.
    if Walk.takesEveryFault || !chosen.isEmpty { #expect(count.struck > 0) }
    try await start.original.dispose()
  }
}

/// The same when the server itself stops at once, as in a power cut, and comes back: on clusters of this suite's own.
@Suite("Walk through crashes of the server")
struct WalkServerTests {
  private static let lanes = 2

  @Test(arguments: 0..<lanes)
  func `A server may stop anywhere and come back`(lane: Int) async throws {
    guard Walk.includes(.server) else { return }
    let cluster = try await TestCluster(settings: RecoveryTests.durable)
    // A restart takes most of a second.
    let journeys =
      everyPromise.flatMap { [($0, Journey.end), ($0, Journey.revert)] }
      + appliedPromises.map { ($0, Journey.apply) }
      + keptPromises.flatMap { [($0, Journey.keep), ($0, Journey.rollback), ($0, Journey.retire)] }
    let distance = Walk.isLong ? 1 : 9
    let numbers = stride(
      from: lane * distance, to: journeys.count, by: Self.lanes * distance)
    let strikes = Mutex(0)
    for number in numbers {
      let (promise, journey) = journeys[number]
      try await TestDatabase.scope(on: cluster) {
        let start = try await WalkStart(promise, journey)
        let blows = Blow.all(on: start.statements).filter { $0.fault == .server }
        let chosen = Walk.choose(blows, usually: 1, of: promise.name + journey.rawValue)
        let count = WalkCount()
        for blow in chosen { try await start.survive(blow, count) }
        count.tell(
          journey, promise.name, statements: start.statements.count, blows: chosen.count,
          of: blows.count)
        strikes.withLock { $0 += count.struck }
        try await start.original.dispose()
      }
    }
    #expect(strikes.withLock { $0 } > 0)
    await cluster.server.dispose()
  }
}
