internal import CPGQuery
internal import Postgres

extension Lowering {
  /// Statements about domains, enums and composite types.
  static func type(_ statement: Node<PgQuery__Node>) -> SchemaOperation? {
    if let alter = statement.as(PgQuery__AlterDomainStmt.self) { return alterDomain(alter) }
    if let create = statement.as(PgQuery__CreateDomainStmt.self) { return createDomain(create) }
    if let alter = statement.as(PgQuery__AlterEnumStmt.self) { return .alterEnum(alterEnum(alter)) }
    return nil
  }

  /// The letters of the grammar's `AlterDomainStmt.subtype`.
  private static func alterDomain(_ alter: Node<PgQuery__AlterDomainStmt>) -> SchemaOperation {
    let name = alter.name ?? ""
    let action: AlterDomain.Action? =
      switch alter.subtype {
      case "T": alter.def == nil ? .dropDefault : .setDefault
      case "N": .dropNotNull
      case "O": .setNotNull
      case "C": .addConstraint(notValid: alter.def.map(leavesUnchecked) ?? false)
      case "X": .dropConstraint(name: name)
      case "V": .validateConstraint(name: name)
      default: nil
      }
    guard let domain = alter.list(\.type_name, \.n_type_name).strings.relation, let action else {
      let message = "this form of ALTER DOMAIN has no rule"
      return .other(OtherOperation(kind: .notUnderstood, detail: message))
    }
    return .alterDomain(AlterDomain(domain: domain, action: action))
  }

  private static func leavesUnchecked(_ definition: Node<PgQuery__Node>) -> Bool {
    definition.as(PgQuery__Constraint.self)?.flag(\.skip_validation) == true
  }

  private static func createDomain(_ create: Node<PgQuery__CreateDomainStmt>) -> SchemaOperation {
    let demands = [
      PG_QUERY__CONSTR_TYPE__CONSTR_CHECK, PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL,
    ]
    let isConstrained = create.list(\.constraints, \.n_constraints).contains { item in
      item.as(PgQuery__Constraint.self).map { demands.contains($0.contype) } == true
    }
    let name = create.list(\.domainname, \.n_domainname).strings.relation
    return .createDomain(
      CreateDomain(domain: name ?? QualifiedName(name: ""), isConstrained: isConstrained))
  }

  private static func alterEnum(_ alter: Node<PgQuery__AlterEnumStmt>) -> AlterEnum {
    let type = alter.list(\.type_name, \.n_type_name).strings.relation ?? QualifiedName(name: "")
    guard alter.old_val == nil else { return AlterEnum(type: type, action: .renameValue) }
    let isPlaced = alter.new_val_neighbor != nil
    return AlterEnum(type: type, action: .addValue(isPlaced: isPlaced))
  }

  /// One command of `ALTER TYPE` on a composite type, which the grammar reads as an `ALTER TABLE`.
  static func compositeType(
    _ type: QualifiedName, _ command: Node<PgQuery__AlterTableCmd>
  ) -> SchemaOperation {
    let action: AlterCompositeType.Action =
      switch command.subtype {
      case PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn: .addAttribute
      case PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn: .dropAttribute
      case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType: .alterAttributeType
      default: .other
      }
    return .alterCompositeType(
      AlterCompositeType(type: type, action: action, cascade: command.behavior.cascades))
  }

  /// Whether a statement says `OR REPLACE`.
  static func replaces(_ statement: Node<PgQuery__Node>) -> Bool {
    if let view = statement.as(PgQuery__ViewStmt.self) { return view.flag(\.replace) }
    if let function = statement.as(PgQuery__CreateFunctionStmt.self) {
      return function.flag(\.replace)
    }
    if let rule = statement.as(PgQuery__RuleStmt.self) { return rule.flag(\.replace) }
    return statement.as(PgQuery__CreateTrigStmt.self)?.flag(\.replace) == true
  }
}
