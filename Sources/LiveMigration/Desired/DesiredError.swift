public import SchemaChange

/// Why a schema cannot be compared, or a migration to it not be written.
public enum DesiredError: Error, Hashable, Sendable {
  /// There are no files that say what the schema is to be.
  case noFiles(path: String)
  /// A statement of a file is refused.
  case refused(SourceLocation, message: String, detail: String?, hint: String?)
  /// A statement cannot be read.
  case unreadable(SourceLocation, message: String)
  /// A file holds a command of psql's.
  case notSQL(SourceLocation, String)
  /// A statement writes rows.
  case rows(SourceLocation)
  /// The files write rows, in a statement that does not tell.
  case rowsWritten(String)
  /// A statement changes what no database holds for itself.
  case leavesDatabase(SourceLocation)
  /// A statement leaves no definition that the schema keeps.
  case noDefinition(SourceLocation)
  /// Two statements make one object.
  case definedTwice(String, first: SourceLocation, second: SourceLocation)
  /// Objects need each other in a circle.
  case cycle([String])
  /// Objects of kinds that are not compared.
  case uncovered([String], side: String)
  /// The snapshot is not as `diff` wrote it.
  case snapshotEdited(path: String)
  /// There are migrations and no snapshot.
  case noSnapshot(path: String, database: String)
  /// The snapshot does not tell what the newest migration leads to.
  case snapshotOld(path: String, after: String, newest: String?)
  /// Files were written while they were worked with.
  case changedMeanwhile(path: String)
  /// The migration would not lead to the schema, or not back.
  case notProved(way: String, differences: [String])
  /// A statement of the migration itself is refused on the scratch database.
  case statementRefused(way: String, sql: String, message: String)
  /// Data would be lost.
  case destroys([String])
  /// Something is to be renamed that there is not, or that is kept.
  case wrongRename(SourceLocation, String)
  /// The two sides are of several applications.
  case needsApp([String])
  /// There is no place for a scratch database.
  case noScratch(String)
  /// The role may not read tables of the database to begin with.
  case unreadableTables([String])
  /// `pg_dump` cannot read a database.
  case noDump(String)
  /// The migrations are in another tool's layout.
  case otherLayout(String)
  /// A file with the migration's name exists.
  case versionTaken(String)
}

extension DesiredError: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .noFiles(let path):
      "\(path) holds no .sql file; write the schema there, or let dump begin with the database's"
    case .refused(let place, let message, let detail, let hint):
      "\(Self.place(place)): the server refuses the statement: \(message)"
        + (detail.map { "; detail: \($0)" } ?? "") + (hint.map { "; hint: \($0)" } ?? "")
    case .unreadable(let place, let message):
      "\(Self.place(place)): the statement cannot be read: \(message)"
    case .notSQL(let place, let text):
      "\(Self.place(place)): '\(text)' is a command of psql, not SQL; a schema file holds SQL alone"
    case .rows(let place):
      "\(Self.place(place)): the statement writes rows; a schema file makes objects, and rows belong "
        + "in a migration"
    case .rowsWritten(let table):
      "the files write rows into \(table), by a function or a query; a schema file makes "
        + "objects, and rows belong in a migration"
    case .leavesDatabase(let place):
      "\(Self.place(place)): the statement changes what all databases of a server share, or another "
        + "server; a schema file makes the objects of one database"
    case .noDefinition(let place):
      "\(Self.place(place)): the statement drops, asks, calls or steers something, or makes it for its "
        + "session alone; a schema file says what there is to be, and the rest belongs in a migration"
    case .definedTwice(let name, let first, let second):
      "\(Self.place(second)): \(name) is made at \(Self.place(first)) already; keep one of the two"
    case .cycle(let names):
      "objects need each other in a circle: \(names.joined(separator: ", ")); make one of them in two steps"
    case .uncovered(let names, let side):
      "\(side) has objects of kinds that are not compared: \(names.joined(separator: ", "))"
    case .snapshotEdited(let path):
      "\(path) is not as diff wrote it; restore it from version control, or use --from database"
    case .noSnapshot(let path, let database):
      "there are migrations, and \(path) does not say what they lead to; use --from database, "
        + "or let dump write it from a database that has them (\(database))"
    case .snapshotOld(let path, let after, let newest):
      "\(path) says what \(after) leads to, and the newest migration is "
        + "\(newest ?? SchemaSnapshotFile.none); apply it, and use --from database"
    case .changedMeanwhile(let path):
      "files in \(path) changed while they were read; nothing was written; type the command again"
    case .notProved(let way, let differences):
      "the \(way) does not lead to the schema that was asked for in these points; nothing was written:\n"
        + differences.prefix(20).joined(separator: "\n")
    case .statementRefused(let way, let sql, let message):
      "the server refuses a statement of the \(way): \(message); nothing was written:\n\(sql)"
    case .destroys(let things):
      "the migration destroys \(things.joined(separator: ", ")); nothing was written; "
        + "say --allow-destructive, or -- djogi:renamed-from where something is renamed"
    case .wrongRename(let place, let reason): "\(Self.place(place)): \(reason)"
    case .needsApp(let apps):
      "the schema has several applications (\(apps.joined(separator: ", "))): name one with --app"
    case .noScratch(let reason): "there is no place for a scratch database: \(reason)"
    case .unreadableTables(let names):
      "the role may not read \(names.joined(separator: ", ")), so the database cannot be compared; "
        + "GRANT SELECT on them, or use --from snapshot"
    case .noDump(let reason):
      "pg_dump cannot read the schema, so nothing is proved: \(reason)"
    case .otherLayout(let layout):
      "the migrations are in the layout of \(layout), and diff and dump write in djogi's alone; "
        + "set [migrations] layout to djogi"
    case .versionTaken(let path): "\(path) exists already; wait a second or choose another --slug"
    }
  }

  private static func place(_ location: SourceLocation) -> String {
    "\(location.file ?? "<text>"):\(location.line):\(location.column)"
  }
}
