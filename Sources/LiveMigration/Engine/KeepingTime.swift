/// How long the old shape is kept after a swap.
public struct KeepingTime: Sendable, Hashable {
  /// From the swap on.
  public var duration: Duration
  /// Whether the daemon may give the old shape up then, without an operator.
  public var retiresUnattended: Bool

  /// Chooses both.
  public init(_ duration: Duration, retiresUnattended: Bool = false) {
    self.duration = duration
    self.retiresUnattended = retiresUnattended
  }
}
