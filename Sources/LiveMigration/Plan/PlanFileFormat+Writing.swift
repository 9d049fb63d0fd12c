internal import Postgres
internal import SchemaChange

extension PlanFileFormat {
  static func value(of plan: LivePlan) -> JSONValue {
    var members: [String: JSONValue] = [
      "header": value(of: plan.header), "steps": .array(plan.steps.map(value)),
    ]
    if !plan.session.settings.isEmpty {
      members["session"] = .array(
        plan.session.settings.map { setting in
          .object(["name": .string(setting.name), "value": .string(setting.value)])
        })
    }
    if !plan.newShape.isEmpty {
      members["new_shape"] = .array(
        plan.newShape.map { .object(["view": value(of: $0.view), "table": value(of: $0.table)]) })
    }
    if let keeping = plan.keeping { members["keep"] = value(of: keeping) }
    return .object(members)
  }

  private static func value(of keeping: Keeping) -> JSONValue {
    switch keeping {
    case .refused(let reason): .object(["refused": .string(reason)])
    case .possible(let shape):
      .object([
        "preparation": .array(shape.preparation.map(value)), "swap": value(of: shape.swap),
        "way_back": .array(shape.wayBack.map(value)),
        "swaps_back_at": .integer(Int64(shape.swapsBackAt)),
        "returns_to": .integer(Int64(shape.returnsTo)),
        "retirement": value(of: shape.retirement), "unheld": .array(shape.unheld.map(value)),
      ])
    }
  }

  private static func value(of header: PlanHeader) -> JSONValue {
    .object([
      "plan_id": .string(header.planID.description),
      "slug": .string(header.slug),
      "classification": .string(header.classification.rawValue),
      "originating_migration": .string(header.originatingMigration),
      "source_checksum": .string(header.sourceChecksum.rawValue),
      "target_database": .string(header.targetDatabase),
      "app_label": .string(header.appLabel),
      "format_version": .string(PlanHeader.formatVersion),
    ])
  }

  private static func value(of step: PlanStep) -> JSONValue {
    var parameters: [String: JSONValue] = ["kind": .string(step.kind.rawValue)]
    switch step.body {
    case .segments(let segments): parameters["segments"] = .array(segments.map(value))
    case .hooks(let hooks): parameters["hooks"] = .array(hooks.map(value))
    case .backfills(let backfills): parameters["backfills"] = .array(backfills.map(value))
    case .gates(let gates): parameters["gates"] = .array(gates.map(value))
    case .approval(let statements):
      if !statements.isEmpty { parameters["statements"] = list(statements) }
    }
    return .object([
      "ordinal": .integer(Int64(step.ordinal)), "kind": .string(step.kind.rawValue),
      "parameters": .object(parameters),
    ])
  }

  private static func value(of segment: Segment) -> JSONValue {
    .object([
      "purpose": .string(segment.purpose), "work": value(of: segment.work),
      "undo": list(segment.undo),
    ])
  }

  private static func value(of work: Segment.Work) -> JSONValue {
    switch work {
    case .transactional(let statements):
      .object(["kind": word(.transactional), "statements": list(statements)])
    case .buildIndex(let index, let table, let statement):
      .object([
        "kind": word(.buildIndex), "index": value(of: index), "table": value(of: table),
        "statement": value(of: statement),
      ])
    case .dropIndex(let index, let statement):
      .object([
        "kind": word(.dropIndex), "index": value(of: index), "statement": value(of: statement),
      ])
    case .outsideTransaction(let statement):
      .object(["kind": word(.outsideTransaction), "statement": value(of: statement)])
    case .ask(let gate): .object(["kind": word(.ask), "gate": value(of: gate)])
    }
  }

  private static func value(of hook: Hook) -> JSONValue {
    var members: [String: JSONValue] = [
      "table": value(of: hook.table), "column": .string(hook.column),
      "shadow": .string(hook.shadow), "install": list(hook.install),
      "prefer_shadow": list(hook.preferShadow), "remove": list(hook.remove),
      "undo": list(hook.undo),
    ]
    if let ahead = hook.ahead { members["ahead"] = value(of: ahead) }
    if let types = hook.types {
      members["types"] = .object(["from": .string(types.from), "to": .string(types.to)])
    }
    if let codec = hook.codec {
      members["codec"] = .object(["from": .string(codec.from), "to": .string(codec.to)])
    }
    return .object(members)
  }

  private static func value(of backfill: TableBackfill) -> JSONValue {
    let assignments = backfill.assignments.map {
      JSONValue.object(["column": .string($0.column), "expression": .string($0.expression)])
    }
    var members: [String: JSONValue] = [
      "table": value(of: backfill.table), "assignments": .array(assignments),
      "condition": .string(backfill.condition),
    ]
    if backfill.inOrder { members["in_order"] = .boolean(true) }
    if backfill.isStatement { members["statement"] = .boolean(true) }
    switch backfill.work {
    case .set: break
    case .delete: members["delete"] = .boolean(true)
    case .take(let statement): members["take"] = .string(statement)
    }
    return .object(members)
  }

  private static func value(of gate: GateQuery) -> JSONValue {
    var members: [String: JSONValue] = [
      "name": .string(gate.name), "kind": .string(gate.kind.rawValue),
      "query": .string(gate.query), "expected": .integer(gate.expected),
    ]
    if let sample = gate.sample { members["sample"] = .string(sample) }
    if let rows = gate.rows {
      var condition: [String: JSONValue] = [
        "table": value(of: rows.table), "alias": .string(rows.alias),
        "condition": .string(rows.condition),
      ]
      if let name = rows.rowName { condition["row_name"] = .string(name) }
      members["rows"] = .object(condition)
    }
    if gate.isAskedAgain { members["asked_again"] = .boolean(true) }
    return .object(members)
  }

  private static func value(of name: QualifiedName) -> JSONValue {
    var members: [String: JSONValue] = ["name": .string(name.name)]
    if let schema = name.schema { members["schema"] = .string(schema) }
    return .object(members)
  }

  private static func word(_ kind: WorkKind) -> JSONValue { .string(kind.rawValue) }

  private static func list(_ statements: [PlannedStatement]) -> JSONValue {
    .array(statements.map(value))
  }

  /// A statement; what is usual of it is left out.
  private static func value(of statement: PlannedStatement) -> JSONValue {
    var members: [String: JSONValue] = ["sql": .string(statement.sql)]
    if !statement.locks.isEmpty { members["locks"] = .array(statement.locks.map(value)) }
    if !statement.isTransactional { members["transactional"] = .boolean(false) }
    if statement.destroys { members["destroys"] = .boolean(true) }
    if statement.onlyLocks { members["only_locks"] = .boolean(true) }
    if statement.isOpaque { members["opaque"] = .boolean(true) }
    return .object(members)
  }

  private static func value(of lock: TableLock) -> JSONValue {
    var members: [String: JSONValue] = ["relation": value(of: lock.relation)]
    if let mode = lock.mode { members["mode"] = .string(mode.rawValue) }
    if lock.reach != .alone { members["reach"] = .string(lock.reach.rawValue) }
    if lock.isOfIndex { members["of_index"] = .boolean(true) }
    switch lock.loses {
    case .nothing: break
    case .table: members["loses"] = .object(["kind": .string("table")])
    case .column(let name):
      members["loses"] = .object(["kind": .string("column"), "name": .string(name)])
    case .constraint(let name):
      members["loses"] = .object(["kind": .string("constraint"), "name": .string(name)])
    }
    return .object(members)
  }
}
