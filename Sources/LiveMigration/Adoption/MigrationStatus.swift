/// Where a migration stands.
public struct MigrationStatus: Sendable, Hashable {
  /// Its version.
  public var version: String
  /// Its application, empty for `_global_`.
  public var appLabel: String
  /// Where it stands.
  public var state: State
  /// Its file; `nil` when there is none.
  public var path: String?
  /// When it was applied.
  public var appliedAt: String?
  /// The plan that was made of it.
  public var plan: PlanID?
  /// More about it.
  public var note: String?

  /// Where a migration stands.
  public enum State: String, Sendable, Hashable, CaseIterable {
    case applied
    /// Applied, and the file is another now.
    case changed
    /// Applied, and there is no file.
    case missing
    /// Some of its statements are applied.
    case begun
    /// A live plan of it has not ended.
    case planned
    case pending
    /// Pending, although a later one is applied.
    case outOfOrder = "out of order"
  }
}

/// Where every migration of a database stands.
public struct MigrationOverview: Sendable {
  /// The migrations, by version.
  public var migrations: [MigrationStatus]
  /// Where it was looked, and what was left alone there.
  public var search: MigrationSearch
  /// What another tool's table says that is not recorded here.
  public var foreign: Foreign?

  /// What another tool's table says that is not recorded here.
  public struct Foreign: Sendable, Hashable {
    /// The table.
    public var table: String
    /// How many migrations are applied there and not here.
    public var unrecorded: Int
    /// The versions that got stuck half-way.
    public var dirty: [String]
  }

  /// What to do next; `nil` when nothing is to be done.
  public var next: NextStep? {
    if let foreign, foreign.unrecorded > 0 { return NextStep(.baseline(.recorded)) }
    let open = migrations.first { $0.state == .planned }
    if let id = open?.plan { return NextStep(.show(id)) }
    let first = migrations.first {
      $0.state == .begun || $0.state == .pending || $0.state == .outOfOrder
    }
    guard let first else { return nil }
    return first.state == .begun
      ? NextStep(.apply(version: first.version, app: first.appLabel))
      : NextStep(.plan(version: first.version, app: first.appLabel))
  }
}
