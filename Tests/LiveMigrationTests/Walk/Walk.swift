import Foundation
import Rehearsals
import Synchronization

/// How much of all boundaries a run of the tests walks.
///
/// Usually a few of each journey, always the same ones. `DJOGI_WALK=all` takes every one, `DJOGI_WALK=7` at most seven
/// of each kind of fault, `DJOGI_WALK_SEED` others, and `DJOGI_WALK_FAULTS=process,server` only some kinds.
enum Walk {
  static let seed = variable("DJOGI_WALK_SEED").flatMap { UInt64($0) } ?? 1

  private static let word = variable("DJOGI_WALK")

  /// Whether somebody asked for more than the usual few.
  static var isLong: Bool { word != nil }

  private static let faults = variable("DJOGI_WALK_FAULTS").map {
    Set($0.split(separator: ",").compactMap { Fault(rawValue: String($0)) })
  }

  /// Whether no kinds of fault are chosen.
  static var takesEveryFault: Bool { faults == nil }

  /// Whether a kind of fault is asked for.
  static func includes(_ fault: Fault) -> Bool { faults?.contains(fault) ?? true }

  /// A choice among the blows of each kind; the same for the same name.
  ///
  /// - Parameter total: How many usually come at the most, whatever their kinds.
  static func choose(
    _ blows: [Blow], usually count: Int, atMost total: Int = .max, of name: String
  ) -> [Blow] {
    let number = name.utf8.reduce(0) { ($0 &* 31 &+ Int($1)) % 1_000_003 }
    let random = RandomSource(seed: seed, part: number)
    let most = word == "all" ? Int.max : word.flatMap { Int($0) } ?? count
    var chosen = Fault.allCases.filter(includes).flatMap { fault -> [Blow] in
      var rest = blows.filter { $0.fault == fault }
      guard rest.count > most else { return rest }
      return (0..<most).map { _ in rest.remove(at: random.int(below: rest.count)) }
    }
    while !isLong, chosen.count > total { chosen.remove(at: random.int(below: chosen.count)) }
    return chosen
  }

  private static func variable(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name]
  }
}

/// What a walk saw, for its figures.
final class WalkCount: Sendable {
  private struct State: Sendable {
    var struck: [Fault: Int] = [:]
    var missed = 0
    var gaveWay = 0
  }

  private let state = Mutex(State())

  func add(_ blow: Blow, _ outcome: Blow.Outcome) {
    state.withLock { state in
      if outcome.struck { state.struck[blow.fault, default: 0] += 1 } else { state.missed += 1 }
      if outcome.gaveWay { state.gaveWay += 1 }
    }
  }

  /// How many runs were struck.
  var struck: Int { state.withLock { $0.struck.values.reduce(0, +) } }

  /// Prints the figures as one line.
  func tell(_ journey: Journey, _ name: String, statements: Int, blows: Int, of all: Int) {
    let state = state.withLock { $0 }
    let faults = Fault.allCases.compactMap { fault in
      state.struck[fault].map { "\(fault.rawValue) \($0)" }
    }
    print(
      "walk: \(journey.rawValue): \(statements) statements, \(blows) of \(all) runs, struck: "
        + (faults + ["over before \(state.missed)", "gave way \(state.gaveWay)"])
        .joined(separator: ", ") + ": \(name)")
  }
}
