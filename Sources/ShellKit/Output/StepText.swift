internal import LiveMigration
internal import Postgres

extension PlanStep {
  /// What the step does, a line each.
  var details: [String] {
    switch body {
    case .segments(let segments): segments.map(\.purpose)
    case .hooks(let hooks):
      hooks.map { hook in
        "keep \(hook.table).\(hook.column) and \(hook.shadow) in step"
          + (hook.codec.map { ", from codec \($0.from) to \($0.to)" } ?? "")
      }
    case .backfills(let backfills):
      backfills.map(\.words)
    case .gates(let gates): gates.map { "check \($0.name)" }
    case .approval(let statements) where !statements.isEmpty:
      [kind == .cutoverReads ? "clients read the new shape" : "clients write the new shape"]
    case .approval:
      [kind == .cutoverReads ? "clients read the new columns" : "clients write the new columns"]
    }
  }

  /// The statements that the step runs, in order; templates where rows are touched in pieces.
  var statements: [String] {
    switch body {
    case .segments(let segments): segments.flatMap(\.statements).map(\.sql)
    case .hooks(let hooks): hooks.flatMap(\.install).map(\.sql)
    case .backfills(let backfills): backfills.map(\.statement)
    case .gates(let gates): gates.map(\.query)
    case .approval(let statements): statements.map(\.sql)
    }
  }

  /// The step as text.
  ///
  /// - Parameter state: Whether it is done; `nil` while there is no telling.
  func text(_ look: TextLook, state: StepState? = nil, printsSQL: Bool) -> String {
    let mark = state.map { $0.mark + " " } ?? ""
    let title = look.style.text(kind.rawValue, state == .current ? .bold : .dim)
    var lines = ["  \(mark)\(ordinal + 1)  \(state == .todo ? kind.rawValue : title)"]
    if printsSQL {
      lines += statements.flatMap { statement in
        (Sanitised.text(statement, keepingLineEnds: true) + ";").split(
          separator: "\n", omittingEmptySubsequences: false
        )
        .map { "         " + $0 }
      }
    } else {
      let indent = 9
      lines += details.map {
        String(repeating: " ", count: indent) + look.wrapped(Sanitised.text($0), indent: indent)
      }
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

extension TableBackfill {
  /// What is done, in words.
  fileprivate var words: String {
    switch work {
    case .set: "fill \(table): " + assignments.map(\.column).joined(separator: ", ")
    case .delete: "delete rows of \(table) in batches"
    case .take: "change the rows that \(table) lists in batches"
    }
  }
}
