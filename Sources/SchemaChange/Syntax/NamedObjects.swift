internal import CPGQuery
internal import Postgres

/// A place in a tree where a relation is named by a list of words instead of a `RangeVar`:
/// `DROP TABLE s.t`, `COMMENT ON COLUMN s.t.c`, `OWNED BY s.t.c`.
struct NamedObject {
  /// The node that holds the list.
  let list: Node<PgQuery__List>
  /// How many words after the relation's own belong to something inside it: a column, a trigger, a constraint.
  let trailing: Int

  private var words: [Node<PgQuery__Node>] { list.list(\.items, \.n_items) }

  /// The relation as written.
  var relation: QualifiedName? {
    let strings = words.strings
    return strings.count == words.count ? Array(strings.dropLast(trailing)).relation : nil
  }

  /// Makes it name another relation.
  func retarget(_ name: QualifiedName) {
    let kept = words.strings.suffix(trailing)
    let parts = [name.schema, name.name].compactMap(\.self) + kept
    list.replace(\.items, \.n_items, with: parts.map(newStringNode))
  }
}

extension AnyNode {
  /// The relations here and below that are named by lists of words.
  var namedObjects: [NamedObject] {
    var found: [NamedObject] = []
    walk { node in
      found += node.ownNamedObjects
      return true
    }
    return found
  }

  private var ownNamedObjects: [NamedObject] {
    if let drop = self.as(PgQuery__DropStmt.self) {
      let objects = drop.list(\.objects, \.n_objects)
      return objects.compactMap { NamedObject($0, type: drop.remove_type) }
    }
    if let comment = self.as(PgQuery__CommentStmt.self) {
      return [NamedObject(comment.object, type: comment.objtype)].compactMap(\.self)
    }
    if let label = self.as(PgQuery__SecLabelStmt.self) {
      return [NamedObject(label.object, type: label.objtype)].compactMap(\.self)
    }
    if let member = self.as(PgQuery__AlterExtensionContentsStmt.self) {
      return [NamedObject(member.object, type: member.objtype)].compactMap(\.self)
    }
    if let option = self.as(PgQuery__DefElem.self), option.defname == "owned_by" {
      return [NamedObject(option.arg, type: PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN)]
        .compactMap(\.self)
    }
    return []
  }
}

extension NamedObject {
  /// Finds the relation in an object's name; `nil` for objects that are not, or not inside, a relation.
  fileprivate init?(_ object: Node<PgQuery__Node>?, type: PgQuery__ObjectType) {
    guard let list = object?.as(PgQuery__List.self), let trailing = Self.trailing(type) else {
      return nil
    }
    // OWNED BY NONE is a list of one word.
    guard list.pointer.pointee.n_items > trailing else { return nil }
    self.list = list
    self.trailing = trailing
  }

  private static func trailing(_ type: PgQuery__ObjectType) -> Int? {
    switch type {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE, PG_QUERY__OBJECT_TYPE__OBJECT_VIEW,
      PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW, PG_QUERY__OBJECT_TYPE__OBJECT_INDEX,
      PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE, PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE:
      0
    case PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN, PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER,
      PG_QUERY__OBJECT_TYPE__OBJECT_RULE, PG_QUERY__OBJECT_TYPE__OBJECT_POLICY,
      PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT:
      1
    default: nil
    }
  }
}
