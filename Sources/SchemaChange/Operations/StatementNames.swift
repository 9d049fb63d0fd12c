internal import CGrammar
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
    for statement in tree.statements.compactMap({ $0[pg_query_RawStmt_stmt] }) {
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
  init?(_ statement: Node<pg_query_Node>) {
    if let create = statement[pg_query_Node_create_function_stmt] {
      made = create[pg_query_CreateFunctionStmt_funcname].strings.relation
      names = Set([made?.name].compactMap(\.self))
      replaces = create[pg_query_CreateFunctionStmt_replace]
    } else if let define = statement[pg_query_Node_define_stmt] {
      names = Set(define[pg_query_DefineStmt_defnames].strings.suffix(1))
      replaces = define[pg_query_DefineStmt_replace]
    } else if let name = Self.type(statement) {
      made = name
      names = [name.name]
    } else if let view = statement[pg_query_Node_view_stmt] {
      names = Set([view[pg_query_ViewStmt_view]?[pg_query_RangeVar_relname]].compactMap(\.self))
      replaces = view[pg_query_ViewStmt_replace]
    } else if let sequence = statement[pg_query_Node_create_seq_stmt]?[
      pg_query_CreateSeqStmt_sequence]
      ?? statement[pg_query_Node_alter_seq_stmt]?[pg_query_AlterSeqStmt_sequence]
    {
      made = sequence.qualifiedName
      names = Set([sequence[pg_query_RangeVar_relname]].compactMap(\.self))
    } else if let schema = statement[pg_query_Node_create_schema_stmt] {
      made = schema[pg_query_CreateSchemaStmt_schemaname].map { QualifiedName(name: $0) }
      names = Set([schema[pg_query_CreateSchemaStmt_schemaname]].compactMap(\.self))
    } else if let create = statement[pg_query_Node_create_extension_stmt] {
      made = create[pg_query_CreateExtensionStmt_extname].map { QualifiedName(name: $0) }
      names = Set([create[pg_query_CreateExtensionStmt_extname]].compactMap(\.self))
    } else if let rename = statement[pg_query_Node_rename_stmt] {
      names = Set(
        [rename[pg_query_RenameStmt_subname], rename[pg_query_RenameStmt_newname]].compactMap(
          \.self))
      if rename[pg_query_RenameStmt_subname] == nil {
        names.formUnion(
          [rename[pg_query_RenameStmt_relation]?[pg_query_RangeVar_relname]].compactMap(\.self))
        names.formUnion(rename[pg_query_RenameStmt_object]?.payload?.names ?? [])
      }
    } else if let move = statement[pg_query_Node_alter_object_schema_stmt] {
      names = Set(
        [move[pg_query_AlterObjectSchemaStmt_relation]?[pg_query_RangeVar_relname]].compactMap(
          \.self))
      names.formUnion(move[pg_query_AlterObjectSchemaStmt_object]?.payload?.names ?? [])
    } else if let alter = statement[pg_query_Node_alter_function_stmt] {
      names = Set(
        alter[pg_query_AlterFunctionStmt_func]?[pg_query_ObjectWithArgs_objname].strings.suffix(1)
          ?? [])
    } else {
      return nil
    }
  }

  private static func type(_ statement: Node<pg_query_Node>) -> QualifiedName? {
    let words: [Node<pg_query_Node>]
    if let create = statement[pg_query_Node_create_enum_stmt] {
      words = create[pg_query_CreateEnumStmt_type_name]
    } else if let create = statement[pg_query_Node_create_range_stmt] {
      words = create[pg_query_CreateRangeStmt_type_name]
    } else if let create = statement[pg_query_Node_create_domain_stmt] {
      words = create[pg_query_CreateDomainStmt_domainname]
    } else if let alter = statement[pg_query_Node_alter_enum_stmt] {
      words = alter[pg_query_AlterEnumStmt_type_name]
    } else if let alter = statement[pg_query_Node_alter_type_stmt] {
      words = alter[pg_query_AlterTypeStmt_type_name]
    } else if let alter = statement[pg_query_Node_alter_domain_stmt] {
      words = alter[pg_query_AlterDomainStmt_type_name]
    } else if let create = statement[pg_query_Node_composite_type_stmt] {
      return create[pg_query_CompositeTypeStmt_typevar]?.qualifiedName
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
    if let word = self.as(pg_query_String.self)?[pg_query_String_sval] {
      return StatementNames.words(in: word)
    }
    if let relation = self.as(pg_query_RangeVar.self) {
      return Set(
        [relation[pg_query_RangeVar_schemaname], relation[pg_query_RangeVar_relname]].compactMap(
          \.self))
    }
    if let command = self.as(pg_query_AlterTableCmd.self) {
      return Set([command[pg_query_AlterTableCmd_name]].compactMap(\.self))
    }
    if let constraint = self.as(pg_query_Constraint.self) {
      return Set(
        [constraint[pg_query_Constraint_conname], constraint[pg_query_Constraint_indexname]]
          .compactMap(\.self))
    }
    if let index = self.as(pg_query_IndexStmt.self) {
      return Set([index[pg_query_IndexStmt_idxname]].compactMap(\.self))
    }
    if let column = self.as(pg_query_ColumnDef.self) {
      return Set([column[pg_query_ColumnDef_colname]].compactMap(\.self))
    }
    if let element = self.as(pg_query_IndexElem.self) {
      return Set([element[pg_query_IndexElem_name]].compactMap(\.self))
    }
    if let target = self.as(pg_query_ResTarget.self) {
      return Set([target[pg_query_ResTarget_name]].compactMap(\.self))
    }
    if let schema = self.as(pg_query_CreateSchemaStmt.self) {
      return Set([schema[pg_query_CreateSchemaStmt_schemaname]].compactMap(\.self))
    }
    let made = self.as(pg_query_CreateExtensionStmt.self)
    return Set([made?[pg_query_CreateExtensionStmt_extname]].compactMap(\.self))
  }
}
