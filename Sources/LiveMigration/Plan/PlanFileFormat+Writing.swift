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
    return .object(members)
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
    switch step.parameters {
    case .expandSchema(let segments), .finalizeConstraints(let segments),
      .cleanupLegacyState(let segments), .runReversibleSchemaOp(let segments):
      parameters["segments"] = .array(segments.map(value))
    case .beginCompatibilityWindow(let hooks): parameters["hooks"] = .array(hooks.map(value))
    case .backfillChunked(let backfills): parameters["backfills"] = .array(backfills.map(value))
    case .validateBackfill(let gates): parameters["gates"] = .array(gates.map(value))
    case .cutoverReads, .cutoverWrites: break
    }
    return .object([
      "ordinal": .integer(Int64(step.ordinal)), "kind": .string(step.kind.rawValue),
      "parameters": .object(parameters),
    ])
  }

  private static func value(of segment: Segment) -> JSONValue {
    .object([
      "purpose": .string(segment.purpose), "work": value(of: segment.work),
      "undo": strings(segment.undo),
    ])
  }

  private static func value(of work: Segment.Work) -> JSONValue {
    switch work {
    case .transactional(let statements):
      .object(["kind": word(.transactional), "statements": strings(statements)])
    case .buildIndex(let index, let table, let statement):
      .object([
        "kind": word(.buildIndex), "index": value(of: index), "table": value(of: table),
        "statement": .string(statement),
      ])
    case .dropIndex(let index, let statement):
      .object([
        "kind": word(.dropIndex), "index": value(of: index), "statement": .string(statement),
      ])
    case .outsideTransaction(let statement):
      .object(["kind": word(.outsideTransaction), "statement": .string(statement)])
    }
  }

  private static func value(of hook: Hook) -> JSONValue {
    var members: [String: JSONValue] = [
      "table": value(of: hook.table), "column": .string(hook.column),
      "shadow": .string(hook.shadow), "install": strings(hook.install),
      "prefer_shadow": strings(hook.preferShadow), "remove": strings(hook.remove),
      "undo": strings(hook.undo),
    ]
    if let codec = hook.codec {
      members["codec"] = .object(["from": .string(codec.from), "to": .string(codec.to)])
    }
    return .object(members)
  }

  private static func value(of backfill: TableBackfill) -> JSONValue {
    let assignments = backfill.assignments.map {
      JSONValue.object(["column": .string($0.column), "expression": .string($0.expression)])
    }
    return .object([
      "table": value(of: backfill.table), "assignments": .array(assignments),
      "condition": .string(backfill.condition),
    ])
  }

  private static func value(of gate: GateQuery) -> JSONValue {
    var members: [String: JSONValue] = [
      "name": .string(gate.name), "query": .string(gate.query), "expected": .integer(gate.expected),
    ]
    if let sample = gate.sample { members["sample"] = .string(sample) }
    if let rows = gate.rows {
      members["rows"] = .object([
        "table": value(of: rows.table), "alias": .string(rows.alias),
        "condition": .string(rows.condition),
      ])
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

  private static func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
