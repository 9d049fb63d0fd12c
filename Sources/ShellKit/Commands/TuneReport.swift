internal import LiveMigration

/// How a plan's backfill is set.
struct TuneReport: Report {
  let state: TuningState

  func text(_ look: TextLook) -> String {
    let keys = Tuning.Key.allCases
    let width = keys.map(\.rawValue.count).max() ?? 0
    let head =
      look.style.text(Sanitised.text(look.line.name(state.planID)), .bold) + situation + "\n"
    return head
      + keys.map { key in
        let mark = state.tuning.values[key] == nil ? "" : look.style.text("  (tuned)", .yellow)
        let value = Sanitised.text(key.text(in: state.settings))
        return "  " + look.style.text(key.rawValue.padded(to: width), .dim) + "  " + value + mark
          + "\n"
      }.joined()
  }

  private var situation: String {
    state.isDriven
      ? ": the session that runs it takes a change within a second"
      : ": not running (no session holds its lock)"
  }

  var objects: [OutputValue] {
    let keys = Tuning.Key.allCases
    func named(_ value: (Tuning.Key) -> OutputValue?) -> OutputValue {
      .object(
        Dictionary(
          uniqueKeysWithValues: keys.compactMap { key in
            value(key).map { (key.rawValue.replacing("-", with: "_"), $0) }
          }))
    }
    return [
      [
        "event": "tuning", "plan_id": .plan(state.planID), "driven": .bool(state.isDriven),
        "settings": named { .string($0.text(in: state.settings)) },
        "tuned": named { state.tuning.values[$0].map { .string($0) } },
      ]
    ]
  }
}
