/// Sees every statement before it is sent and after it was answered; tests break sessions there.
package struct StatementObserver: Sendable {
  /// The observer of the running task and its children.
  @TaskLocal package static var current: StatementObserver?

  /// Called with the statement's text; what it throws, the statement's caller gets.
  package var before: @Sendable (String) async throws -> Void
  /// Called when the server has answered.
  package var after: @Sendable (String) async throws -> Void

  package init(
    before: @escaping @Sendable (String) async throws -> Void,
    after: @escaping @Sendable (String) async throws -> Void
  ) {
    self.before = before
    self.after = after
  }
}
