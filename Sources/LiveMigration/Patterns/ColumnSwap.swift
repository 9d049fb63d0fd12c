internal import Postgres
internal import SchemaChange

/// The statements that put everything that hung on a legacy column onto the column that takes its place.
///
/// They run in one transaction under the table's lock, after the constraints and indexes were made on the shadow.
struct ColumnSwap {
  let column: ReplacementColumn
  /// The check that proves the shadow's `NOT NULL`.
  let check: String
  /// The server's version, as `server_version_num` writes it.
  let serverVersion: Int

  private var table: TableFacts { column.table }
  private var name: String { Quoting.identifier(column.legacy.name) }
  private var shadow: String { Quoting.identifier(column.shadow) }

  /// Statements while both columns are there.
  var dress: [String] {
    notNull + [column.carriedIdentity?.prepare].compactMap(\.self) + given + [
      column.dress.attributes, column.dress.grants,
    ] + (table.partitions.isEmpty ? [] : [column.dress.partitionDefaults])
  }

  /// From the legacy column to the shadow under the legacy's name.
  ///
  /// - Parameter kept: What the legacy column is called then, where it stays, and binds no client; dropped without.
  func exchange(keepingAs kept: String? = nil) -> [String] {
    let alter = "ALTER TABLE \(table.name)"
    let away =
      kept.map(Quoting.identifier).map { kept in
        ["\(alter) RENAME COLUMN \(name) TO \(kept)"]
          + (column.carriedIdentity == nil
            ? [] : ["\(alter) ALTER COLUMN \(kept) DROP IDENTITY IF EXISTS"])
          + [
            "\(alter) ALTER COLUMN \(kept) DROP DEFAULT",
            "\(alter) ALTER COLUMN \(kept) DROP NOT NULL",
          ]
          // Since version 18 of the server a key leaves a partition with one of its own.
          + table.tree.dropFirst().map { node in
            IfThere.run(
              "ALTER TABLE \(node.name) ALTER COLUMN \(kept) DROP NOT NULL",
              when: [CatalogueBlock.isPart(node.name, of: table.name)])
          }
          + [
            "COMMENT ON COLUMN \(table.name).\(kept) IS NULL"
          ]
      } ?? ["\(alter) DROP COLUMN \(name)"]
    return away + ["\(alter) RENAME COLUMN \(shadow) TO \(name)"]
      + [column.carriedIdentity?.takeName].compactMap(\.self) + notNullRename
  }

  // MARK: - NOT NULL

  /// Free: a valid check proves it.
  ///
  /// A `NOT NULL` that somebody has dropped since is not put on again.
  private var notNull: [String] {
    guard column.after.notNull, !isForbiddenLast else { return [] }
    let stands =
      column.legacy.notNull
      ? [CatalogueBlock.isNotNull(column.legacy.name, of: table.name)] : []
    return [
      IfThere.run(forbidNull, when: stands),
      "ALTER TABLE \(table.name) DROP CONSTRAINT IF EXISTS \(Quoting.identifier(check))",
    ]
  }

  private var forbidNull: String {
    notNullName == nil
      ? "ALTER TABLE \(table.name) ALTER COLUMN \(shadow) SET NOT NULL"
      : "ALTER TABLE \(table.name) ADD CONSTRAINT \(Quoting.identifier(ownNotNullName)) NOT NULL \(shadow)"
  }

  /// Whether the migration brings the `NOT NULL`, which the server names by the column's name as a direct run has it.
  private var isForbiddenLast: Bool {
    serverVersion >= 180_000 && column.after.notNull && !column.legacy.notNull
  }

  private var notNullRename: [String] {
    if isForbiddenLast {
      return [
        "ALTER TABLE \(table.name) ALTER COLUMN \(name) SET NOT NULL",
        "ALTER TABLE \(table.name) DROP CONSTRAINT IF EXISTS \(Quoting.identifier(check))",
      ]
    }
    guard column.after.notNull, let notNullName else { return [] }
    return [
      IfThere.run(
        "ALTER TABLE \(table.name) RENAME CONSTRAINT \(Quoting.identifier(ownNotNullName)) "
          + "TO \(Quoting.identifier(notNullName))",
        when: [CatalogueBlock.hasConstraint(ownNotNullName, on: table.name)])
    ]
  }

  /// Since version 18 it is a constraint with a name, which a direct run keeps.
  private var notNullName: String? {
    table.constraints.first { $0.kind == .notNull && $0.columns == [column.legacy.name] }?.name
  }

  private var ownNotNullName: String { column.ownName + "_not_null" }

  // MARK: - What the migration or the new type gives

  private var given: [String] {
    let alter = "ALTER TABLE ONLY \(table.name) ALTER COLUMN \(shadow)"
    var statements: [String] = []
    if let expression = column.after.defaultExpression, !column.getsDefaultLater {
      // A default that somebody has dropped since is not put on again; one that was changed stops the swap before.
      let stands =
        column.legacy.defaultExpression == nil
        ? []
        : [
          "EXISTS (SELECT FROM pg_catalog.pg_attrdef JOIN pg_catalog.pg_attribute ON attrelid = adrelid "
            + "AND attnum = adnum WHERE adrelid = \(CatalogueBlock.relation(table.name)) "
            + "AND attname = \(Quoting.literal(column.legacy.name)))"
        ]
      statements.append(IfThere.run("\(alter) SET DEFAULT \(expression)", when: stands))
    }
    if let storage = column.after.storage { statements.append("\(alter) SET STORAGE \(storage)") }
    if let method = column.after.compression {
      statements.append("\(alter) SET COMPRESSION \(method)")
    }
    return statements
  }
}
