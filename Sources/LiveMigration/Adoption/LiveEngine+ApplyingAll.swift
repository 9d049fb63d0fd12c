internal import SchemaChange

extension LiveEngine {
  /// Applies what is pending, oldest first, until one migration needs a plan or a permission.
  ///
  /// - Parameters:
  ///   - app: Only this application's; `nil` for all.
  ///   - allowDestructive: Whether what destroys data may run.
  ///   - allowRawDangerous: Whether statements that cannot be looked into may run.
  ///   - justification: The operator's reason, which is recorded.
  ///   - onApplied: Told of each as soon as it is applied.
  /// - Throws: What stops it: `EngineError.needsLivePlan`, `.destructiveMigration` and all that `apply` throws.
  public func applyAll(
    app: String?, allowDestructive: Bool, allowRawDangerous: Bool = false, justification: String?,
    onApplied: (ApplyResult) -> Void
  ) async throws {
    let connection = try await session.primary()
    let applied = try await ledger.applied(on: connection)
    let pending = try workspace.migrations(database).filter { file in
      (app == nil || file.appLabel == app)
        && !applied.contains(
          AppliedMigration(version: file.version.rawValue, appLabel: file.appLabel))
    }
    for file in pending {
      let results = try await apply(
        version: file.version.rawValue, app: file.appLabel, allowDestructive: allowDestructive,
        allowRawDangerous: allowRawDangerous, justification: justification)
      results.forEach(onApplied)
    }
  }

  /// The label of an application as it is typed: `_global_`, as `list` prints it, is the empty one.
  public nonisolated func label(of app: String?) throws -> String? {
    guard let app else { return nil }
    let label = app == Workspace.globalName ? "" : app
    let known = try applications()
    guard known.contains(label.isEmpty ? Workspace.globalName : label) || label.isEmpty else {
      throw EngineError.noSuchApplication(label, known: known)
    }
    return label
  }

  /// Takes the copy of a file away again, unless something of it is applied already.
  ///
  /// - Returns: Whether it is away.
  public func forget(_ adopted: AdoptedFile) async -> Bool {
    guard adopted.copy != nil, let connection = try? await connection(),
      let recorded = try? await ledger.recorded(on: connection),
      !recorded.contains(where: {
        $0.version == adopted.version && $0.appLabel == adopted.appLabel
      })
    else { return false }
    adopted.remove()
    return true
  }
}
