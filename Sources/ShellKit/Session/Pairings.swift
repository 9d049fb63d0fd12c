internal import LiveMigration

/// The pairings of options that are refused before anything is read.
enum Pairings {
  /// Permissions need a reason.
  static func check(
    destructive: Bool = false, rawDangerous: Bool = false, reason: String?
  ) throws(Refusal) {
    guard reason == nil else { return }
    let options =
      (destructive ? ["--allow-destructive"] : []) + (rawDangerous ? ["--allow-raw-dangerous"] : [])
    guard options.isEmpty else { throw .needsReason(options: options) }
  }

  /// The same for what drives a plan.
  static func check(_ options: RunOptions) throws(Refusal) {
    try check(
      destructive: options.allowDestructive, rawDangerous: options.allowRawDangerous,
      reason: options.justification)
  }
}
