internal import CGrammar
internal import Postgres

extension Lowering {
  /// Statements about domains, enums and composite types.
  static func type(_ statement: Node<pg_query_Node>) -> SchemaOperation? {
    if let alter = statement[pg_query_Node_alter_domain_stmt] { return alterDomain(alter) }
    if let create = statement[pg_query_Node_create_domain_stmt] { return createDomain(create) }
    if let alter = statement[pg_query_Node_alter_enum_stmt] { return .alterEnum(alterEnum(alter)) }
    return nil
  }

  /// The letters of the grammar's `AlterDomainStmt.subtype`.
  private static func alterDomain(_ alter: Node<pg_query_AlterDomainStmt>) -> SchemaOperation {
    let name = alter[pg_query_AlterDomainStmt_name] ?? ""
    let action: AlterDomain.Action? =
      switch alter[pg_query_AlterDomainStmt_subtype] {
      case "T": alter[pg_query_AlterDomainStmt_def] == nil ? .dropDefault : .setDefault
      case "N": .dropNotNull
      case "O": .setNotNull
      case "C":
        .addConstraint(notValid: alter[pg_query_AlterDomainStmt_def].map(leavesUnchecked) ?? false)
      case "X": .dropConstraint(name: name)
      case "V": .validateConstraint(name: name)
      default: nil
      }
    guard let domain = alter[pg_query_AlterDomainStmt_type_name].strings.relation, let action else {
      let message = "this form of ALTER DOMAIN has no rule"
      return .other(OtherOperation(kind: .notUnderstood, detail: message))
    }
    return .alterDomain(AlterDomain(domain: domain, action: action))
  }

  private static func leavesUnchecked(_ definition: Node<pg_query_Node>) -> Bool {
    definition[pg_query_Node_constraint]?[pg_query_Constraint_skip_validation] == true
  }

  private static func createDomain(_ create: Node<pg_query_CreateDomainStmt>) -> SchemaOperation {
    let demands = [
      pg_query_CONSTR_CHECK, pg_query_CONSTR_NOTNULL,
    ]
    let isConstrained = create[pg_query_CreateDomainStmt_constraints].contains { item in
      item[pg_query_Node_constraint].map { demands.contains($0.type) } == true
    }
    let name = create[pg_query_CreateDomainStmt_domainname].strings.relation
    return .createDomain(
      CreateDomain(domain: name ?? QualifiedName(name: ""), isConstrained: isConstrained))
  }

  private static func alterEnum(_ alter: Node<pg_query_AlterEnumStmt>) -> AlterEnum {
    let type = alter[pg_query_AlterEnumStmt_type_name].strings.relation ?? QualifiedName(name: "")
    guard alter[pg_query_AlterEnumStmt_old_val] == nil else {
      return AlterEnum(type: type, action: .renameValue)
    }
    let isPlaced = alter[pg_query_AlterEnumStmt_new_val_neighbor] != nil
    return AlterEnum(type: type, action: .addValue(isPlaced: isPlaced))
  }

  /// One command of `ALTER TYPE` on a composite type, which the grammar reads as an `ALTER TABLE`.
  static func compositeType(
    _ type: QualifiedName, _ command: Node<pg_query_AlterTableCmd>
  ) -> SchemaOperation {
    let action: AlterCompositeType.Action =
      switch command.type {
      case pg_query_AT_AddColumn: .addAttribute
      case pg_query_AT_DropColumn: .dropAttribute
      case pg_query_AT_AlterColumnType: .alterAttributeType
      default: .other
      }
    return .alterCompositeType(
      AlterCompositeType(type: type, action: action, cascade: command.cascades))
  }

  /// Whether a statement says `OR REPLACE`.
  static func replaces(_ statement: Node<pg_query_Node>) -> Bool {
    if let view = statement[pg_query_Node_view_stmt] { return view[pg_query_ViewStmt_replace] }
    if let function = statement[pg_query_Node_create_function_stmt] {
      return function[pg_query_CreateFunctionStmt_replace]
    }
    if let rule = statement[pg_query_Node_rule_stmt] { return rule[pg_query_RuleStmt_replace] }
    return statement[pg_query_Node_create_trig_stmt]?[pg_query_CreateTrigStmt_replace] == true
  }
}
