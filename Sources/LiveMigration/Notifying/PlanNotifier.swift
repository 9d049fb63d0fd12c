/// Tells people of plans, as `[notify]` asks.
public struct PlanNotifier: Sendable {
  /// How long a plan must wait for the same thing until that is told.
  public var waitLimit: Duration
  /// Takes a notification; it must return at once.
  public var post: @Sendable (PlanNotification) -> Void

  /// - Parameters:
  ///   - waitLimit: How long a plan must wait for the same thing until that is told.
  ///   - post: Takes a notification; it must return at once.
  public init(waitLimit: Duration, post: @escaping @Sendable (PlanNotification) -> Void) {
    self.waitLimit = waitLimit
    self.post = post
  }
}
