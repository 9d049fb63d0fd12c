public import Postgres
public import SchemaChange

/// An immutable plan: what the plan file holds.
public struct LivePlan: Sendable, Hashable {
  /// What the plan is about.
  public var header: PlanHeader
  /// What it does, in order; never empty.
  public var steps: [PlanStep]
  /// The settings under which its statements run.
  public var session: PlanSession
  /// The views that show the tables in their new shape until the swap; none without `--new-shape`.
  public var newShape: [ShownTable] = []
  /// Whether, and how, the old shape can be kept after the swap; `nil` where there is no swap, and in plans that older
  /// versions made.
  public var keeping: Keeping?

  /// Makes a plan.
  public init(header: PlanHeader, steps: [PlanStep], session: PlanSession = PlanSession()) {
    self.header = header
    self.steps = steps
    self.session = session
  }
}

/// A table that a view shows in its new shape before the swap.
public struct ShownTable: Sendable, Hashable, Codable {
  /// The view.
  public var view: QualifiedName
  /// What the table is called after the swap.
  public var table: QualifiedName

  /// Names both.
  public init(view: QualifiedName, table: QualifiedName) {
    self.view = view
    self.table = table
  }
}

/// What a plan is about and where it came from.
public struct PlanHeader: Sendable, Hashable {
  /// The plan's identifier.
  public var planID: PlanID
  /// The migration's slug: `A-Za-z0-9_`.
  public var slug: String
  /// Why there is a plan.
  public var classification: PlanClassification
  /// The migration's version, slug included.
  public var originatingMigration: String
  /// The checksum of the migration file's bytes when the plan was made.
  public var sourceChecksum: Checksum
  /// The database that the plan is for: `main`, `crud_log`, `event_log`.
  public var targetDatabase: String
  /// The application, empty for `_global_`.
  public var appLabel: String

  /// The version of the file's format that this program writes.
  public static let formatVersion = "2"
  /// The versions that it reads.
  static let readVersions = ["1", formatVersion]

  /// Makes a header.
  public init(
    planID: PlanID, slug: String, classification: PlanClassification, originatingMigration: String,
    sourceChecksum: Checksum, targetDatabase: String, appLabel: String
  ) {
    self.planID = planID
    self.slug = slug
    self.classification = classification
    self.originatingMigration = originatingMigration
    self.sourceChecksum = sourceChecksum
    self.targetDatabase = targetDatabase
    self.appLabel = appLabel
  }
}

/// Why there is a plan.
public enum PlanClassification: String, Sendable, Hashable, Codable, CaseIterable {
  case expandContract = "expand_contract"
}
