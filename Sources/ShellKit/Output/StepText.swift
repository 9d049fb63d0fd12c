internal import LiveMigration
internal import Postgres

extension PlanStep {
  /// What the step does, a line each.
  var details: [String] {
    switch parameters {
    case .expandSchema(let segments), .finalizeConstraints(let segments),
      .cleanupLegacyState(let segments), .runReversibleSchemaOp(let segments):
      segments.map(\.purpose)
    case .beginCompatibilityWindow(let hooks):
      hooks.map { hook in
        "keep \(hook.table).\(hook.column) and \(hook.shadow) in step"
          + (hook.codec.map { ", from codec \($0.from) to \($0.to)" } ?? "")
      }
    case .backfillChunked(let backfills):
      backfills.map { backfill in
        "fill \(backfill.table): " + backfill.assignments.map(\.column).joined(separator: ", ")
      }
    case .validateBackfill(let gates): gates.map { "ask: \($0.name)" }
    case .cutoverReads: ["clients read the new columns"]
    case .cutoverWrites: ["clients write the new columns"]
    }
  }

  /// The statements that the step runs, in order; templates where rows are touched in pieces.
  var statements: [String] {
    switch parameters {
    case .expandSchema(let segments), .finalizeConstraints(let segments),
      .cleanupLegacyState(let segments), .runReversibleSchemaOp(let segments):
      segments.flatMap(\.work.statements)
    case .beginCompatibilityWindow(let hooks): hooks.flatMap(\.install)
    case .backfillChunked(let backfills): backfills.map(\.statement)
    case .validateBackfill(let gates): gates.map(\.query)
    case .cutoverReads, .cutoverWrites: []
    }
  }

  /// The step as text.
  ///
  /// - Parameter state: Whether it is done; `nil` while there is no telling.
  func text(_ look: TextLook, state: StepState? = nil, printsSQL: Bool) -> String {
    let mark = state.map { $0.mark + " " } ?? ""
    let title = look.style.text(kind.rawValue, state == .current ? .bold : .dim)
    var lines = ["  \(mark)\(ordinal)  \(state == .todo ? kind.rawValue : title)"]
    if printsSQL {
      lines += statements.flatMap { statement in
        (Sanitised.text(statement, keepingLineEnds: true) + ";").split(
          separator: "\n", omittingEmptySubsequences: false
        )
        .map { "         " + $0 }
      }
    } else {
      lines += details.map { "         " + Sanitised.text($0) }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The step for programs.
  func object(state: StepState?, printsSQL: Bool) -> OutputValue {
    var members: [String: OutputValue] = [
      "ordinal": .int(ordinal), "kind": .string(kind.rawValue),
      "details": .list(details.map { .string($0) }),
    ]
    if let state { members["state"] = .string(state.rawValue) }
    if printsSQL { members["statements"] = .list(statements.map { .string($0) }) }
    return .object(members)
  }

}

/// Whether a step is behind, under or before the plan.
enum StepState: String, Hashable, Sendable {
  case done, current, todo

  init(ordinal: Int, position: Int) {
    self = ordinal < position ? .done : ordinal == position ? .current : .todo
  }

  fileprivate var mark: String {
    switch self {
    case .done: "[x]"
    case .current: "[>]"
    case .todo: "[ ]"
    }
  }
}

extension Segment.Work {
  fileprivate var statements: [String] {
    switch self {
    case .transactional(let statements): statements
    case .buildIndex(_, _, let statement), .dropIndex(_, let statement),
      .outsideTransaction(let statement):
      [statement]
    }
  }
}

extension TableBackfill {
  /// The statement that a transaction runs over its blocks.
  fileprivate var statement: String {
    let changes = assignments.map { "\(Quoting.identifier($0.column)) = \($0.expression)" }
    return "UPDATE \(table) SET \(changes.joined(separator: ", ")) WHERE \(condition)"
  }
}
