internal import CPGQuery
public import Postgres

/// The names in a statement, without their schemas' order: enough to see that two statements may touch each other.
///
/// A name stands for every object that bears it, whatever its kind and schema. Two statements without a common name
/// touch nothing in common, but for what the catalogue ties together.
public struct StatementNames: Sendable, Hashable {
  /// Every name that the statement holds anywhere, the words of its string constants and function bodies too.
  public var all: Set<String>
  /// The names of the objects that it makes, changes or drops.
  public var defined: Set<String>
  /// The type, function, sequence, schema or extension that it makes, as written.
  public var made: QualifiedName?
  /// Whether `OR REPLACE` was written.
  public var replaces: Bool

  /// Reads a statement.
  ///
  /// - Throws: `RewriteError.notUnderstood` when the grammar does not read it.
  public init(_ sql: String) throws(RewriteError) {
    let tree = try RewriteError.wrapping(sql) { () throws(GrammarError) in try ParseTree(sql) }
    all = tree.top.names
    defined = []
    replaces = false
    for statement in tree.statements.compactMap(\.stmt) {
      guard let definition = Definition(statement) else {
        defined = all
        return
      }
      defined.formUnion(definition.names)
      made = definition.made
      replaces = replaces || definition.replaces
    }
  }

  /// The words of a text that could be names: those of a function's body, of a string constant.
  public static func words(in text: String) -> Set<String> {
    let parts = text.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "$") }
    return parts.reduce(into: [text]) { names, part in
      names.insert(String(part))
      names.insert(part.lowercased())
    }
  }
}

/// What a statement makes or changes.
private struct Definition {
  var names: Set<String>
  var made: QualifiedName?
  var replaces = false

  /// Reads a statement of which the object's place in the tree is known; `nil` for any other.
  init?(_ statement: Node<PgQuery__Node>) {
    if let create = statement.as(PgQuery__CreateFunctionStmt.self) {
      made = create.list(\.funcname, \.n_funcname).strings.relation
      names = Set([made?.name].compactMap(\.self))
      replaces = create.flag(\.replace)
    } else if let define = statement.as(PgQuery__DefineStmt.self) {
      names = Set(define.list(\.defnames, \.n_defnames).strings.suffix(1))
      replaces = define.flag(\.replace)
    } else if let name = Self.type(statement) {
      made = name
      names = [name.name]
    } else if let view = statement.as(PgQuery__ViewStmt.self) {
      names = Set([view.view?.relname].compactMap(\.self))
      replaces = view.flag(\.replace)
    } else if let sequence = statement.as(PgQuery__CreateSeqStmt.self)?.sequence
      ?? statement.as(PgQuery__AlterSeqStmt.self)?.sequence
    {
      made = sequence.qualifiedName
      names = Set([sequence.relname].compactMap(\.self))
    } else if let schema = statement.as(PgQuery__CreateSchemaStmt.self) {
      made = schema.schemaname.map { QualifiedName(name: $0) }
      names = Set([schema.schemaname].compactMap(\.self))
    } else if let create = statement.as(PgQuery__CreateExtensionStmt.self) {
      made = create.extname.map { QualifiedName(name: $0) }
      names = Set([create.extname].compactMap(\.self))
    } else if let rename = statement.as(PgQuery__RenameStmt.self) {
      names = Set([rename.subname, rename.newname].compactMap(\.self))
      if rename.subname == nil {
        names.formUnion([rename.relation?.relname].compactMap(\.self))
        names.formUnion(rename.object?.payload?.names ?? [])
      }
    } else if let move = statement.as(PgQuery__AlterObjectSchemaStmt.self) {
      names = Set([move.relation?.relname].compactMap(\.self))
      names.formUnion(move.object?.payload?.names ?? [])
    } else if let alter = statement.as(PgQuery__AlterFunctionStmt.self) {
      names = Set(alter.func?.list(\.objname, \.n_objname).strings.suffix(1) ?? [])
    } else {
      return nil
    }
  }

  private static func type(_ statement: Node<PgQuery__Node>) -> QualifiedName? {
    let words: [Node<PgQuery__Node>]
    if let create = statement.as(PgQuery__CreateEnumStmt.self) {
      words = create.list(\.type_name, \.n_type_name)
    } else if let create = statement.as(PgQuery__CreateRangeStmt.self) {
      words = create.list(\.type_name, \.n_type_name)
    } else if let create = statement.as(PgQuery__CreateDomainStmt.self) {
      words = create.list(\.domainname, \.n_domainname)
    } else if let alter = statement.as(PgQuery__AlterEnumStmt.self) {
      words = alter.list(\.type_name, \.n_type_name)
    } else if let alter = statement.as(PgQuery__AlterTypeStmt.self) {
      words = alter.list(\.type_name, \.n_type_name)
    } else if let alter = statement.as(PgQuery__AlterDomainStmt.self) {
      words = alter.list(\.type_name, \.n_type_name)
    } else if let create = statement.as(PgQuery__CompositeTypeStmt.self) {
      return create.typevar?.qualifiedName
    } else {
      return nil
    }
    return words.strings.relation
  }
}

extension AnyNode {
  /// Every name in this message and below it.
  fileprivate var names: Set<String> {
    var found: Set<String> = []
    walk { node in
      found.formUnion(node.ownNames)
      return true
    }
    return found
  }

  private var ownNames: Set<String> {
    if let word = self.as(PgQuery__String.self)?.sval { return StatementNames.words(in: word) }
    if let relation = self.as(PgQuery__RangeVar.self) {
      return Set([relation.schemaname, relation.relname].compactMap(\.self))
    }
    if let command = self.as(PgQuery__AlterTableCmd.self) {
      return Set([command.name].compactMap(\.self))
    }
    if let constraint = self.as(PgQuery__Constraint.self) {
      return Set([constraint.conname, constraint.indexname].compactMap(\.self))
    }
    if let index = self.as(PgQuery__IndexStmt.self) {
      return Set([index.idxname].compactMap(\.self))
    }
    if let column = self.as(PgQuery__ColumnDef.self) {
      return Set([column.colname].compactMap(\.self))
    }
    if let element = self.as(PgQuery__IndexElem.self) {
      return Set([element.name].compactMap(\.self))
    }
    if let target = self.as(PgQuery__ResTarget.self) {
      return Set([target.name].compactMap(\.self))
    }
    if let schema = self.as(PgQuery__CreateSchemaStmt.self) {
      return Set([schema.schemaname].compactMap(\.self))
    }
    let made = self.as(PgQuery__CreateExtensionStmt.self)
    return Set([made?.extname].compactMap(\.self))
  }
}
