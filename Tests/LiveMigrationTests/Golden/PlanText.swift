import LiveMigration
import Postgres
import SchemaChange

/// A plan as a text for people: every step with every statement that it sends, in order.
///
/// It is written from the plan's value, so that another format of the plan file is no change of it. What differs from
/// run to run is replaced: in the names of the plan's own objects, its id and the oids.
struct PlanText {
  private var lines: [String] = []

  /// Writes a plan.
  static func of(_ plan: LivePlan, remarks: [String]) -> String {
    var text = PlanText()
    for setting in plan.session.settings { text.add("set \(setting.name) = \(setting.value)") }
    for remark in remarks { text.add("remark: \(remark)") }
    for step in plan.steps { text.add(step) }
    let id = "djogi_\(plan.header.planID.rawValue)"
    return numbered(text.lines.joined(separator: "\n").replacing(id, with: "djogi_ID")) + "\n"
  }

  /// The text with numbers from 1 in place of oids: those in names of the plan's own objects, and of relations.
  private static func numbered(_ text: String) -> String {
    var numbers: [String: Int] = [:]
    return text.replacing(/djogi_ID\w*|\b(?:oid|tgrelid) = \d{5,}/) { name in
      String(name.output).replacing(/\d{5,}/) { oid in
        let key = String(oid.output)
        let number = numbers[key] ?? numbers.count + 1
        numbers[key] = number
        return "OID\(number)"
      }
    }
  }

  private mutating func add(_ line: String, indent: Int = 0) {
    for part in line.split(separator: "\n", omittingEmptySubsequences: false) {
      lines.append(part.isEmpty ? "" : String(repeating: "  ", count: indent) + part)
    }
  }

  private mutating func add(_ title: String, _ statements: [PlannedStatement]) {
    add(title, statements.map(\.sql))
  }

  private mutating func add(_ title: String, _ statements: [String]) {
    guard !statements.isEmpty else { return }
    add(title, indent: 1)
    for statement in statements { add(statement + ";", indent: 2) }
  }

  private mutating func add(_ step: PlanStep) {
    add("")
    add("step \(step.ordinal): \(step.kind.rawValue)")
    switch step.body {
    case .segments(let segments): for segment in segments { add(segment) }
    case .hooks(let hooks): for hook in hooks { add(hook) }
    case .backfills(let backfills): for backfill in backfills { add(backfill) }
    case .gates(let gates): for gate in gates { add(gate) }
    case .approval: break
    }
  }

  private mutating func add(_ segment: Segment) {
    add("segment: \(segment.purpose)", indent: 1)
    switch segment.work {
    case .transactional(let statements): add("in a transaction:", statements)
    case .buildIndex(let index, let table, let statement, _):
      add("builds the index \(index) of \(table):", [statement])
    case .dropIndex(let index, let statement): add("drops the index \(index):", [statement])
    case .outsideTransaction(let statement): add("outside a transaction:", [statement])
    case .ask(let gate): add(gate)
    }
    add("undo:", segment.undo)
  }

  private mutating func add(_ hook: Hook) {
    add("hook: \(hook.label), shadow \(hook.shadow)", indent: 1)
    add("install:", hook.install)
    add("prefer the shadow:", hook.preferShadow)
    add("remove:", hook.remove)
    add("undo:", hook.undo)
  }

  private mutating func add(_ backfill: TableBackfill) {
    add("backfill: \(backfill.table)", indent: 1)
    for assignment in backfill.assignments {
      add("set \(assignment.column) = \(assignment.expression)", indent: 2)
    }
    switch backfill.work {
    case .set: break
    case .delete: add("deletes the rows", indent: 2)
    case .take(let statement, let naming):
      if let naming { add("named before: \(naming)", indent: 2) }
      add("takes rows off, and runs \(statement)", indent: 2)
    }
    add("where \(backfill.condition)", indent: 2)
    if backfill.isStatement { add("as a client's statement", indent: 2) }
    if backfill.inOrder { add("one row after the other, as they are stored", indent: 2) }
  }

  private mutating func add(_ gate: GateQuery) {
    let again = gate.isAskedAgain ? ", asked again by finalize" : ""
    add("gate: \(gate.name), expects \(gate.expected)\(again)", indent: 1)
    add("query:", [gate.query])
    if let sample = gate.sample { add("sample:", [sample]) }
    if let rows = gate.rows {
      add("rows of \(rows.table) as \(rows.alias) where \(rows.condition)", indent: 1)
    }
    if let pass = gate.pass {
      add("until it agrees:", pass.listing)
      add(pass.backfill)
    }
  }
}
