internal import Foundation

extension PrivateServer {
  /// The definitions of a database, as a text that is equal for databases with the same ones.
  ///
  /// Owners, comments of the dump and djogi-shell's own tables are left out, and the order of columns does not show.
  ///
  /// - Parameter options: More options for `pg_dump`.
  public func comparableSchema(
    of database: String, options: [String] = []
  ) async throws -> String {
    let dump = try await ServerPrograms.run(
      [programs + "/pg_dump", "--schema-only", "--no-owner", "--exclude-table=djogi_*"]
        + options + [database], environment: environment(database: database))
    return SchemaText.withoutColumnOrder(dump)
  }
}

/// A schema dump with each table's columns in the order of their names.
///
/// Extended statistics list their columns in the table's order, so theirs is no more than that.
enum SchemaText {
  static func withoutColumnOrder(_ dump: String) -> String {
    var result: [String] = []
    var columns: [String]?
    for line in dump.split(separator: "\n").map(String.init) {
      if line.hasPrefix("--") || line.hasPrefix("\\") { continue }
      if columns != nil, line.hasPrefix(")") {
        result += (columns ?? []).sorted() + [line]
        columns = nil
      } else if columns != nil {
        columns?.append(line.hasSuffix(",") ? String(line.dropLast()) : line)
      } else {
        result.append(line.hasPrefix("CREATE STATISTICS ") ? sortedStatistics(line) : line)
        if line.hasPrefix("CREATE TABLE "), line.hasSuffix("(") { columns = [] }
      }
    }
    return result.joined(separator: "\n")
  }

  private static func sortedStatistics(_ line: String) -> String {
    let parts = line.components(separatedBy: " ON ")
    guard parts.count == 2 else { return line }
    let ends = parts[1].components(separatedBy: " FROM ")
    let columns = ends[0].components(separatedBy: ", ").sorted().joined(separator: ", ")
    return parts[0] + " ON " + columns + " FROM " + (ends.last ?? "")
  }
}
