internal import Postgres
internal import SchemaChange

/// The statements that put everything that hung on a legacy column onto the column that took its place.
///
/// They run in one transaction under the table's lock, after the constraints and indexes were made on the shadow.
struct ColumnSwap {
  let column: ReplacementColumn

  private var table: TableFacts { column.table }
  private var name: String { Quoting.identifier(column.legacy.name) }

  /// Gives the shadow an identity of its own while the legacy's sequence is still there to tell its position.
  var prepareIdentity: [String] {
    guard let identity = column.carriedIdentity else { return [] }
    let change = "ALTER TABLE \(table.name) ALTER COLUMN \(Quoting.identifier(column.shadow))"
    return [
      // A client that has taken a number may take more until it ends: the position counts once it has.
      identity.lock,
      // Free: a valid check proves it.
      forbidNull(in: column.shadow, as: ownNotNullName), "\(change) ADD \(identity.clause)",
      "SELECT setval(\(Quoting.literal(identity.own.quoted)), last_value, is_called) "
        + "FROM \(identity.legacy.name)",
    ]
  }

  /// NOT NULL of the column under its own name, once the shadow has it.
  var notNull: [String] {
    guard let name = notNullName else { return [forbidNull(in: column.legacy.name, as: nil)] }
    guard column.carriedIdentity != nil else {
      return [forbidNull(in: column.legacy.name, as: name)]
    }
    return [
      "ALTER TABLE \(table.name) RENAME CONSTRAINT \(Quoting.identifier(ownNotNullName)) "
        + "TO \(Quoting.identifier(name))"
    ]
  }

  /// Since version 18 it is a constraint with a name, which a direct run keeps.
  private var notNullName: String? {
    table.constraints.first { $0.kind == .notNull && $0.columns == [column.legacy.name] }?.name
  }

  private var ownNotNullName: String { column.ownName + "_not_null" }

  private func forbidNull(in column: String, as name: String?) -> String {
    let column = Quoting.identifier(column)
    guard notNullName != nil, let name else {
      return "ALTER TABLE \(table.name) ALTER COLUMN \(column) SET NOT NULL"
    }
    return "ALTER TABLE \(table.name) ADD CONSTRAINT \(Quoting.identifier(name)) NOT NULL \(column)"
  }

  /// From the legacy column to the shadow under the legacy's name.
  var exchange: [String] {
    var statements = column.legacy.ownedSequences.map {
      "ALTER SEQUENCE \($0) OWNED BY \(table.name).\(Quoting.identifier(column.shadow))"
    }
    statements.append("ALTER TABLE \(table.name) DROP COLUMN \(name)")
    statements.append(
      "ALTER TABLE \(table.name) RENAME COLUMN \(Quoting.identifier(column.shadow)) TO \(name)")
    return statements + (column.carriedIdentity?.takeName ?? [])
  }

  /// What a column has beside its type, for the table and for each partition, which may differ.
  var attributes: [String] {
    table.tree.flatMap { node -> [String] in
      guard let old = node.column(column.legacy.name) else { return [] }
      let attributes = attributes(of: node, old)
      guard node.oid != table.oid else { return attributes }
      return attributes.map { IfThere.run($0, parts: [node.name]) }
    }
  }

  private func attributes(of node: TableFacts, _ old: ColumnFacts) -> [String] {
    let alter = "ALTER TABLE ONLY \(node.name) ALTER COLUMN \(name)"
    var statements: [String] = []
    let isRoot = node.oid == table.oid
    let final = column.getsDefaultLater ? nil : column.after.defaultExpression
    if let expression = isRoot ? final : old.defaultExpression {
      statements.append("\(alter) SET DEFAULT \(expression)")
    }
    if let target = old.statisticsTarget { statements.append("\(alter) SET STATISTICS \(target)") }
    if !old.options.isEmpty {
      statements.append("\(alter) SET (\(old.options.joined(separator: ", ")))")
    }
    if isRoot {
      if let storage = column.after.storage { statements.append("\(alter) SET STORAGE \(storage)") }
      if let method = column.after.compression {
        statements.append("\(alter) SET COMPRESSION \(method)")
      }
    }
    if let comment = old.comment {
      statements.append("COMMENT ON COLUMN \(node.name).\(name) IS \(Quoting.literal(comment))")
    }
    return statements + old.grants.map { grant(of: $0, on: node) }
  }

  private func grant(of grant: ColumnGrant, on node: TableFacts) -> String {
    let grantee = grant.grantee.map(Quoting.identifier) ?? "PUBLIC"
    return "GRANT \(grant.privilege) (\(name)) ON \(node.name) TO \(grantee)"
      + (grant.grantable ? " WITH GRANT OPTION" : "")
  }
}
