internal import SchemaChange

/// Where a tool keeps its migrations, and how it names them: a row of a table, not a program.
public struct MigrationLayout: Hashable, Sendable, CustomStringConvertible {
  /// The word for it in `Djogi.toml`.
  public let name: String
  /// The folders that the tool's projects use, the usual one first.
  public let usualPaths: [String]
  /// What a migration is.
  let form: Form
  /// How a version is written.
  let number: NumberForm
  /// The lines that divide one file into the way up and the way down.
  let sections: MigrationSections?
  /// The table in which the tool records what is applied.
  let table: ForeignTable?

  /// What a migration is.
  enum Form: Hashable, Sendable {
    /// Files of an application's folder, below the database's.
    case buckets
    /// A file for the way up, and perhaps one for the way down; the endings that are tried, in that order.
    case files(up: [String], down: [String])
    /// As files, the way down named with another letter in front.
    case lettered(up: String, down: String)
    /// A folder with a file for the way up, and perhaps one for the way down.
    case folders(up: String, down: String?)
  }

  /// How a version is written.
  enum NumberForm: Hashable, Sendable {
    /// `V`, 14 digits, two underscores.
    case stamped
    /// `V`, numbers divided by dots or underscores, two underscores.
    case lettered
    /// Digits and an underscore.
    case digits
    /// Digits, divided by `-` or not, and an underscore.
    case dashed
  }

  /// The word for it.
  public var description: String { name }

  /// A Boolean value telling whether it is this program's own.
  public var isOwn: Bool { form == .buckets }

  /// Whether a version is written as the tool writes it.
  func takes(_ version: MigrationVersion) -> Bool {
    switch number {
    case .stamped: version.isStamped
    case .lettered: version.rawValue.hasPrefix("V")
    case .digits: !version.rawValue.hasPrefix("V") && !version.number.contains("-")
    case .dashed: !version.rawValue.hasPrefix("V")
    }
  }

  /// What a name must be like, for messages.
  var example: String {
    switch (form, number) {
    case (.buckets, _): "<database>/<application>/V<14 digits>__<slug>.sql"
    case (.lettered, _): "V<number>__<slug>.sql"
    case (.folders(let up, _), .dashed): "<date>_<slug>/\(up)"
    case (.folders(let up, _), _): "<number>_<slug>/\(up)"
    case (.files(let up, _), _): up.map { "<number>_<slug>\($0)" }.joined(separator: " or ")
    }
  }
}

extension MigrationLayout {
  /// This program's own.
  public static let djogi = MigrationLayout(
    name: "djogi", usualPaths: ["migrations"], form: .buckets, number: .stamped, sections: nil,
    table: nil)

  /// All of them, in the order in which messages list them.
  public static let all: [MigrationLayout] = [
    djogi,
    MigrationLayout(
      name: "flyway",
      usualPaths: ["src/main/resources/db/migration", "db/migration", "migrations", "sql"],
      form: .lettered(up: "V", down: "U"), number: .lettered, sections: nil, table: .flyway),
    MigrationLayout(
      name: "golang-migrate", usualPaths: ["migrations", "db/migrations", "database/migrations"],
      form: .files(up: [".up.sql"], down: [".down.sql"]), number: .digits, sections: nil,
      table: .golangMigrate),
    MigrationLayout(
      name: "dbmate", usualPaths: ["db/migrations", "migrations"],
      form: .files(up: [".sql"], down: []), number: .digits, sections: .dbmate, table: .dbmate),
    MigrationLayout(
      name: "goose", usualPaths: ["migrations", "db/migrations", "sql/migrations", "sql/schema"],
      form: .files(up: [".sql"], down: []), number: .digits, sections: .goose, table: .goose),
    MigrationLayout(
      name: "sqlx", usualPaths: ["migrations", "db/migrations"],
      form: .files(up: [".up.sql", ".sql"], down: [".down.sql"]), number: .digits, sections: nil,
      table: .sqlx),
    MigrationLayout(
      name: "prisma", usualPaths: ["prisma/migrations", "migrations"],
      form: .folders(up: "migration.sql", down: nil), number: .dashed, sections: nil,
      table: .prisma),
    MigrationLayout(
      name: "diesel", usualPaths: ["migrations"],
      form: .folders(up: "up.sql", down: "down.sql"), number: .dashed, sections: nil,
      table: .diesel),
  ]

  /// A layout by its word.
  public static func named(_ name: String) -> MigrationLayout? { all.first { $0.name == name } }

  /// Where projects keep migrations, for recognising one.
  static let usualPaths: [String] = {
    var seen: Set<String> = []
    return all.flatMap(\.usualPaths).filter { seen.insert($0).inserted }
  }()
}

/// Where a workspace's migrations are, and in which layout.
public struct MigrationPlace: Hashable, Sendable {
  /// The layout.
  public var layout: MigrationLayout
  /// The folder, below the workspace's.
  public var path: String

  /// Names a place; the layout's usual folder when none is given.
  public init(_ layout: MigrationLayout = .djogi, path: String? = nil) {
    self.layout = layout
    self.path = path ?? layout.usualPaths.first ?? "migrations"
  }
}
