import Synchronization

/// Names that no other test of this process uses.
public enum TestNames {
  private static let counter = Atomic(0)

  /// A new name that starts with `prefix`.
  public static func next(_ prefix: String) -> String {
    "\(prefix)_\(counter.add(1, ordering: .relaxed).newValue)"
  }
}
