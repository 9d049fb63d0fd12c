internal import ArgumentParser
internal import Foundation

/// Runs plans under random faults and random writers, round after round, and checks everything after each.
@main
struct Soak: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "soak",
    abstract: "Run live plans under random faults and writers, and check the outcome of each.")

  @Option(help: "Begin no round after so many seconds.")
  var seconds = 120
  @Option(help: "At most so many rounds.")
  var rounds = 100_000
  @Option(help: "The seed of every choice; a new one when none is given.")
  var seed: UInt64?
  @Option(help: "Only this round.")
  var round: Int?
  @Flag(help: "Tell what each round does.")
  var verbose = false

  func run() async throws {
    let seed = seed ?? UInt64.random(in: 1...999_999_999)
    let laboratory = try await Laboratory()
    let tally = Tally()
    print("seed \(seed)")
    let start = ContinuousClock.now
    var number = round ?? 0
    while number < (round.map { $0 + 1 } ?? rounds),
      round != nil || ContinuousClock.now - start < .seconds(seconds)
    {
      let round = Round(number, seed: seed, laboratory, tally, isVerbose: verbose)
      await Self.play(round, seed)
      number += 1
    }
    await laboratory.close()
    print(tally.summary(seconds: (ContinuousClock.now - start) / .seconds(1)))
    if !tally.failures.isEmpty { throw ExitCode.failure }
  }

  /// A round that stands still is a failure too, and the last one.
  private static func play(_ round: Round, _ seed: UInt64) async {
    let watchdog = Task.detached {
      try await Task.sleep(for: Round.patience)
      round.fail("it stands still: \(round.lastAct)")
      print(round.tally.summary(seconds: 0))
      Foundation.exit(1)
    }
    await round.play()
    watchdog.cancel()
  }
}

/// Why a round could not be played.
struct SoakError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
