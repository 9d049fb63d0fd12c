internal import LiveMigration

/// Migrations and applications that can stand at the cursor.
struct MigrationCandidates {
  let session: ShellSession

  /// The migrations that `plan` and `apply` could take next, else files.
  func migrations(_ fragment: String) async -> [Completion] {
    let open: Set<MigrationStatus.State> = [.pending, .outOfOrder, .begun]
    let found = await all().filter { migration in
      open.contains(migration.state) && migration.version.hasPrefix(fragment)
    }
    guard found.isEmpty || fragment.contains("/") else {
      return found.map { migration in
        let app = migration.appLabel.isEmpty ? "" : "  " + migration.appLabel
        return Completion(
          insert: migration.version,
          display: "\(migration.version)\(app)  \(migration.state.rawValue)")
      }
    }
    return FileCompletion.candidates(fragment)
  }

  /// The applications that have migrations, by the word that names each.
  func applications(_ fragment: String) async -> [Completion] {
    let labels = Set(await all().map { $0.appLabel.isEmpty ? "_global_" : $0.appLabel })
    return labels.filter { $0.hasPrefix(fragment) }.sorted().map { Completion(insert: $0) }
  }

  private func all() async -> [MigrationStatus] {
    (try? await session.engine().overview().migrations) ?? []
  }
}
