internal import Foundation

/// What is known of a plan's end before it is run.
public enum Proof: Sendable, Hashable {
  /// On a copy, the plan ended as a direct run of the file did.
  case proved(Facts)
  /// No copy could be had; the plan may be right all the same.
  case notProved(reason: String)
  /// The operator or the configuration did not want it.
  case skipped(by: String)

  /// How it was proved.
  public struct Facts: Sendable, Hashable {
    /// Where the copy was: `on the same server`.
    public var place: String
    /// How many rows the plan and the file were run on.
    public var rows: Int
    /// In how many tables they were.
    public var tables: Int
    /// How many rows were left out because the file itself fails on them.
    public var rowsLeftOut: Int
    /// How long it took.
    public var duration: Duration
    /// What became of its way back.
    public var wayBack = WayBack.notTried
  }

  /// What became of a plan that was taken back on a copy.
  public enum WayBack: Sendable, Hashable {
    /// It has none beside `revert`.
    case notTried
    /// Nothing of it was left.
    case came
    /// It stopped, or left something, for a reason in words.
    case stopped(String)
  }

  /// The whole of it in one sentence, as the audit trail and `plan` tell it.
  public var sentence: String {
    switch self {
    case .proved(let facts):
      let seconds = Double(facts.duration.milliseconds) / 1000
      let rows =
        facts.rows == 0
        ? "without rows"
        : "with \(facts.rows) row\(facts.rows == 1 ? "" : "s") in \(facts.tables) "
          + "table\(facts.tables == 1 ? "" : "s")"
      let leftOut =
        facts.rowsLeftOut == 0
        ? "" : "; \(facts.rowsLeftOut) more stop both the plan and a direct run"
      let back = facts.wayBack == .came ? ", and taken back there" : ""
      return "proved on a copy \(facts.place), \(rows)\(leftOut)\(back), in "
        + String(format: "%.1f s", seconds)
    case .notProved(let reason): return "not proved: \(reason)"
    case .skipped(let by): return "not proved: \(by)"
    }
  }

  /// The word for it in JSON: `proved`, `not_proved`, `skipped`.
  public var word: String {
    switch self {
    case .proved: "proved"
    case .notProved: "not_proved"
    case .skipped: "skipped"
    }
  }
}

/// Why a plan is not offered.
enum ProofRefusal: Error {
  /// The plan and the file do not end alike.
  case differs([String], kept: String?)
  /// The file itself fails, whatever the rows are.
  case directRunFails(DirectRun.Failure)
}

/// Why a copy cannot be had, or cannot be believed.
struct NoProof: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
