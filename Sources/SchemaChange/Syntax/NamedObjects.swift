internal import CGrammar
internal import Postgres

/// A place in a tree where a relation is named by a list of words instead of a `RangeVar`:
/// `DROP TABLE s.t`, `COMMENT ON COLUMN s.t.c`, `OWNED BY s.t.c`.
struct NamedObject {
  /// The node that holds the list.
  let list: Node<pg_query_List>
  /// How many words after the relation's own belong to something inside it: a column, a trigger, a constraint.
  let trailing: Int

  private var words: [Node<pg_query_Node>] { list[pg_query_List_items] }

  /// The relation as written.
  var relation: QualifiedName? {
    let strings = words.strings
    return strings.count == words.count ? Array(strings.dropLast(trailing)).relation : nil
  }

  /// Makes it name another relation.
  func retarget(_ name: QualifiedName) {
    let kept = words.strings.suffix(trailing)
    let parts = [name.schema, name.name].compactMap(\.self) + kept
    list.replace(pg_query_List_resize_items, with: list.tree.strings(parts))
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
    if let drop = self.as(pg_query_DropStmt.self) {
      let objects = drop[pg_query_DropStmt_objects]
      return objects.compactMap { NamedObject($0, type: drop.objectType) }
    }
    if let comment = self.as(pg_query_CommentStmt.self) {
      return [
        NamedObject(
          comment[pg_query_CommentStmt_object], type: comment[pg_query_CommentStmt_objtype])
      ].compactMap(\.self)
    }
    if let label = self.as(pg_query_SecLabelStmt.self) {
      return [
        NamedObject(label[pg_query_SecLabelStmt_object], type: label[pg_query_SecLabelStmt_objtype])
      ].compactMap(\.self)
    }
    if let member = self.as(pg_query_AlterExtensionContentsStmt.self) {
      return [
        NamedObject(
          member[pg_query_AlterExtensionContentsStmt_object],
          type: member[pg_query_AlterExtensionContentsStmt_objtype])
      ].compactMap(\.self)
    }
    if let option = self.as(pg_query_DefElem.self), option[pg_query_DefElem_defname] == "owned_by" {
      return [NamedObject(option[pg_query_DefElem_arg], type: pg_query_OBJECT_COLUMN)]
        .compactMap(\.self)
    }
    return []
  }
}

extension NamedObject {
  /// Finds the relation in an object's name; `nil` for objects that are not, or not inside, a relation.
  fileprivate init?(_ object: Node<pg_query_Node>?, type: pg_query_ObjectType) {
    guard let list = object?[pg_query_Node_list], let trailing = Self.trailing(type) else {
      return nil
    }
    // OWNED BY NONE is a list of one word.
    guard list[pg_query_List_items].count > trailing else { return nil }
    self.list = list
    self.trailing = trailing
  }

  private static func trailing(_ type: pg_query_ObjectType) -> Int? {
    switch type {
    case pg_query_OBJECT_TABLE, pg_query_OBJECT_VIEW,
      pg_query_OBJECT_MATVIEW, pg_query_OBJECT_INDEX,
      pg_query_OBJECT_SEQUENCE, pg_query_OBJECT_FOREIGN_TABLE:
      0
    case pg_query_OBJECT_COLUMN, pg_query_OBJECT_TRIGGER,
      pg_query_OBJECT_RULE, pg_query_OBJECT_POLICY,
      pg_query_OBJECT_TABCONSTRAINT:
      1
    default: nil
    }
  }
}
