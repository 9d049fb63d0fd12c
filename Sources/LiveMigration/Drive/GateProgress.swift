internal import Foundation
internal import Synchronization

/// How far the questions of a gate are.
public struct GateProgress: Sendable, Hashable, Codable {
  /// What is asked now, in one reading of a table or by one query.
  public var names: [String]
  /// Blocks that were read; `nil` where one query has the answer, and how far it is cannot be known.
  public var blocksDone: Int64?
  /// Blocks that there are.
  public var blocksTotal: Int64?
  /// For how many seconds these questions have been asked.
  public var seconds: Double
  /// Seconds left at this rate.
  public var secondsLeft: Double?

  init(names: [String], blocksDone: Int64? = nil, blocksTotal: Int64? = nil, seconds: Double = 0) {
    self.names = names
    self.blocksDone = blocksDone
    self.blocksTotal = blocksTotal
    self.seconds = seconds
    if let blocksDone, let blocksTotal, blocksDone > 0 {
      secondsLeft = seconds / Double(blocksDone) * Double(max(blocksTotal - blocksDone, 0))
    }
  }

  /// The part that is done; `nil` where that is unknown.
  public var fraction: Double? {
    guard let blocksDone, let blocksTotal else { return nil }
    return blocksTotal > 0 ? min(Double(blocksDone) / Double(blocksTotal), 1) : 1
  }

  /// Reads what a plan's row holds beside the backfill's own report.
  init?(json: String?) {
    struct State: Decodable { var gate: GateProgress }
    guard let json, let state = try? JSONDecoder().decode(State.self, from: Data(json.utf8)) else {
      return nil
    }
    self = state.gate
  }

  func json() throws -> String {
    String(decoding: try JSONEncoder().encode(self), as: UTF8.self)
  }
}

/// What the sessions of a gate share: how far it is.
final class GateBoard: Sendable {
  private struct State: Sendable {
    var names: [String] = []
    var blocks: (done: Int64, total: Int64)?
    var begin = ContinuousClock.now
  }

  private let state = Mutex(State())

  /// Begins with other questions.
  func begin(_ pass: GatePass) {
    state.withLock { $0 = State(names: pass.gates.map(\.name)) }
  }

  /// Takes in how many blocks were read.
  func read(_ blocks: Int64, of total: Int64) {
    state.withLock { $0.blocks = (blocks, total) }
  }

  /// How far it is now; `nil` before the first question.
  var progress: GateProgress? {
    state.withLock { state in
      guard !state.names.isEmpty else { return nil }
      return GateProgress(
        names: state.names, blocksDone: state.blocks?.done, blocksTotal: state.blocks?.total,
        seconds: (ContinuousClock.now - state.begin).seconds)
    }
  }
}
