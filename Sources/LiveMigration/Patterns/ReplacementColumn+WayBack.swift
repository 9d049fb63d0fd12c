internal import Postgres
internal import SchemaChange

/// The hook of a column whose new shape clients write as well as the old one.
///
/// The side that a statement changed wins, and the other one follows: neither a client of the old shape nor one of the
/// new shape loses what it wrote.
extension ReplacementColumn {
  /// Whether a unique index, or the like, holds the old column to values that differ.
  private var isUnique: Bool {
    table.tree.contains { node in
      node.indexes.contains { $0.unique && $0.columns.contains(legacy.name) }
        || node.constraints.contains { $0.kind == .exclusion && $0.columns.contains(legacy.name) }
    }
  }

  /// Why a unique index over the old column would refuse what clients write to the new one; `nil` where none does.
  ///
  /// A value without an old one is NULL there, which no other row may be like; and where the old type calls different
  /// values equal, two that the new one tells apart would meet.
  var uniqueObstacle: String? {
    let name = Quoting.identifier(legacy.name)
    for index in table.tree.flatMap(\.indexes)
    where index.unique && index.columns.contains(legacy.name) {
      let statement = try? IndexStatement(index.definition)
      if (try? statement?.isOrdered(by: legacy.name)) == false { continue }
      guard legacy.hasEqualityOfIdentity else {
        return
          "the unique index \(index.name) is over \(name), and \(legacy.type) may call different values equal"
      }
      guard (try? statement?.setsNullApart(legacy.name)) == true else {
        return
          "the unique index \(index.name) has \(name) in an expression or condition, or takes one NULL alone"
      }
    }
    return nil
  }

  /// Why the old column cannot follow what clients write to the new one; `nil` where it can.
  func obstacleToWayBack(_ way: WayBack) -> String? {
    let name = Quoting.identifier(legacy.name)
    if let read = try? SQLExpression.columns(in: source), read != [legacy.name] {
      return
        "its expression reads \(read.isEmpty ? "no column" : "other columns"), so that a value that a client "
        + "writes to the new shape has no old one; leave --new-shape out"
    }
    if legacy.notNull, !after.notNull {
      return
        "the new shape takes NULL, which the old column \(name) does not; drop its NOT NULL in a migration after"
    }
    if legacy.typeRefusesNull {
      return "the old type of \(name) takes no NULL; leave --new-shape out"
    }
    if let uniqueObstacle { return uniqueObstacle + "; leave --new-shape out" }
    guard legacy.notNull, !way.isTotal else { return nil }
    let advice =
      "write a .down.sql with ALTER COLUMN \(Quoting.identifier(way.column)) TYPE \(legacy.type) USING an expression that has "
      + "a value for each, or leave --new-shape out"
    if isUnique {
      return
        "a value of the new shape that is no \(legacy.type) has no place in the old column \(name), which is "
        + "NOT NULL and unique; leave --new-shape out"
    }
    if !way.isWritten, legacy.defaultExpression == nil {
      return
        "a value of the new shape that is no \(legacy.type) has no place in the old column \(name), which is "
        + "NOT NULL without a default; " + advice
    }
    return nil
  }

  /// The old value that a row's new one has.
  private func former(_ way: WayBack) throws(RewriteError) -> String {
    let renamed = try SQLExpression.renamingColumns(way.expression, [way.column: shadow])
    return try SQLExpression.qualifyingColumns(renamed, with: "new")
  }

  /// Whether an INSERT is one of the new shape.
  ///
  /// Where the old column has a default the new one has the same, converted. So a client of the old shape leaves that,
  /// and a new value that is NULL beside the old default is one that a client of the new shape wrote.
  private func insertsNew(_ way: WayBack, _ old: String, _ new: String) -> String {
    guard let newDefault = way.newDefault, let oldDefault = legacy.defaultExpression else {
      return "\(new) IS NOT NULL"
    }
    let isDefault =
      "ROW(\(old))::record OPERATOR(pg_catalog.*=) ROW((\(oldDefault))::\(legacy.type))::record"
    return "\(differ(new, newDefault)) AND (\(new) IS NOT NULL OR \(isDefault))"
  }

  /// Gives the new column the old one's default, converted, for as long as both are written; nothing where there is
  /// none.
  var takeDefault: [String] {
    wayBack?.newDefault.map {
      ["ALTER TABLE \(table.name) ALTER COLUMN \(shadowColumn) SET DEFAULT \($0)"]
    } ?? []
  }

  /// Takes that default away: the swap gives the new column its own.
  var leaveDefault: [String] {
    wayBack?.newDefault == nil
      ? [] : ["ALTER TABLE \(table.name) ALTER COLUMN \(shadowColumn) DROP DEFAULT"]
  }

  /// The body of a hook that goes both ways.
  ///
  /// - Parameters:
  ///   - way: How a new value becomes an old one.
  ///   - assignment: Gives the new column its value, guarded where it can fail.
  ///   - legacyChanged: Whether a statement changed what the new value is made of.
  ///   - shadowChanged: Whether it changed the new value.
  ///   - differs: Whether the new value is not what the old one converts to.
  func twoWayBody(
    _ way: WayBack, assignment: String, legacyChanged: String, shadowChanged: String,
    differs: String,
    shadowWins: Bool
  ) throws(RewriteError) -> String {
    let old = "new.\(Quoting.field(legacy.name))"
    let new = "new.\(Quoting.field(shadow))"
    let takesNew =
      "tg_op = 'INSERT' AND \(insertsNew(way, old, new)) OR tg_op = 'UPDATE' AND (\(shadowChanged))"
      + (shadowWins ? "" : " AND NOT (\(legacyChanged))")
    // What the old column keeps where it has no place for the value: nothing, or else what it had.
    let placeless = legacy.notNull ? "NULL;" : "\(old) := NULL;"
    let exact =
      isUnique
      ? """

              ELSE
                \(old) := former;
                -- Two values may look the same in the old shape; a unique column takes exact ones alone.
                IF \(differs) THEN
                  \(legacy.notNull ? "\(old) := kept;" : "\(old) := NULL;")
                END IF;
      """
      : """

              ELSE
                \(old) := former;
      """
    return """
      DECLARE
        former \(legacy.type);
        kept \(legacy.type) := \(old);
        isNew boolean;
      BEGIN
        IF \(takesNew) THEN
          BEGIN
            isNew := \(differs);
          EXCEPTION WHEN OTHERS THEN
            isNew := true;
          END;
          IF isNew THEN
            IF \(new) IS NULL THEN
              \(old) := NULL;
            ELSE
              BEGIN
                former := \(try former(way));
              EXCEPTION WHEN OTHERS THEN
                former := NULL;
              END;
              IF former IS NULL THEN
                \(placeless)\(exact)
              END IF;
            END IF;
          END IF;
        ELSIF tg_op = 'INSERT' OR \(legacyChanged) OR \(new) IS NULL THEN
          \(assignment)
        END IF;
        RETURN new;
      EXCEPTION WHEN undefined_column THEN
        RETURN new;
      END
      """
  }
}
