/// How much slower a client's statement is than it would be without the backfill, and the work that keeps it so.
///
/// The work between two naps grows while clients feel less than the limit, and shrinks as soon as they feel more.
struct ClientSlowdown: Sendable, Hashable {
  /// How long the backfill works between two naps, in seconds.
  private(set) var work = first
  /// What the canary's statement takes while the backfill rests, in seconds.
  private(set) var idle: Double?
  /// What it takes now.
  private(set) var felt: Double?

  /// Before anything is measured, and where nothing can be.
  ///
  /// A server process that computes for longer keeps a processor until the system's scheduler takes it away, which is
  /// several times what a short statement of a client takes.
  static let first = 0.0004
  static let least = 0.0002
  /// As good as without naps.
  static let most = 0.2
  /// One measurement says little of the next.
  static let mostGrowth = 1.5

  /// How many times its idle time a client's statement takes; `nil` while that is not known.
  var ratio: Double? {
    guard let felt, let idle, idle > 0 else { return nil }
    return felt / idle
  }

  /// Takes in what a statement takes while the backfill rests.
  mutating func rests(_ seconds: Double) {
    // Where a commit takes no time at all, the clock would be measured.
    idle = max(seconds, 0.00005)
  }

  /// Takes in what a statement takes while the backfill works.
  ///
  /// - Parameter limit: How many times its idle time it may take.
  mutating func works(_ seconds: Double, limit: Double) {
    felt = seconds
    guard let ratio else { return }
    // What is above the idle time is the backfill's doing, and about in proportion to its work.
    let factor = (limit - 1) / max(ratio - 1, 0.01)
    work = min(max(work * min(max(factor, 0.5), Self.mostGrowth), Self.least), Self.most)
  }

  /// Forgets what was measured, and works as before that.
  mutating func end() { self = ClientSlowdown() }
}
