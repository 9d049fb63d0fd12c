internal import Foundation
internal import LiveMigration

/// Figures of plans in the text format of Prometheus.
///
/// The format is `https://prometheus.io/docs/instrumenting/exposition_formats/`, version 0.0.4.
struct MetricsReport: Report {
  let metrics: PlanMetrics
  /// The database of the workspace, a label of every figure.
  let database: TargetDatabase

  /// One figure of many plans.
  private struct Family {
    let name: String
    let help: String
    var samples: [(labels: [(String, String)], value: Double)] = []

    var text: String {
      guard !samples.isEmpty else { return "" }
      let lines = samples.map { sample in
        let labels = sample.labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
        return "djogi_\(name){\(labels)} \(Self.number(sample.value))\n"
      }
      return "# HELP djogi_\(name) \(help)\n# TYPE djogi_\(name) gauge\n" + lines.joined()
    }

    /// A label's value: `\`, `"` and line ends are written with a `\`, and what steers a terminal is harmless.
    private static func escaped(_ text: String) -> String {
      Sanitised.text(text).replacing("\\", with: #"\\"#).replacing("\"", with: #"\""#)
        .replacing("\n", with: #"\n"#)
    }

    private static func number(_ value: Double) -> String {
      value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
  }

  func text(_ look: TextLook) -> String { families.map(\.text).joined() }

  private var families: [Family] {
    var counts = Family(name: "plans", help: "Plans of each status.")
    for status in PlanStatus.allCases {
      counts.samples.append(
        (
          [("database", database.rawValue), ("status", status.rawValue)],
          Double(metrics.counts[status] ?? 0)
        ))
    }
    var lag = Family(
      name: "replication_lag_seconds", help: "How far the last replica is behind.")
    if let seconds = metrics.replicationLag {
      lag.samples.append(([("database", database.rawValue)], seconds))
    }
    return [counts, lag, info] + Self.ofPlans.map(family)
  }

  /// What is told of each plan that has not ended.
  private struct Figure: Sendable {
    let name: String
    let help: String
    let value: @Sendable (PlanSnapshot, PlanMetrics) -> Double?
  }

  private static let ofPlans = [
    Figure(name: "plan_step", help: "The current step, from 1.") { plan, _ in
      Double(plan.row.position.step + 1)
    },
    Figure(name: "plan_driven", help: "1 while a session drives the plan.") { plan, _ in
      plan.isDriven ? 1 : 0
    },
    Figure(name: "plan_waits_at_gate", help: "1 while the plan waits for the operator's word.") {
      plan, _ in plan.gate == nil ? 0 : 1
    },
    Figure(
      name: "plan_gate_age_seconds", help: "For how long the plan has waited at its gate."
    ) { plan, metrics in metrics.gateAges[plan.row.planID] },
    Figure(name: "plan_rows", help: "Rows that the backfill has changed.") { plan, _ in
      Double(plan.row.rowsDone)
    },
    Figure(
      name: "plan_rows_estimated", help: "The estimate of rows at the start of the backfill."
    ) { plan, _ in plan.row.rowsTotal.map(Double.init) },
    Figure(
      name: "plan_rows_per_second", help: "Rows changed a second, over the last half minute."
    ) { plan, _ in plan.progress?.rowsPerSecond },
    Figure(name: "plan_seconds_left", help: "What the backfill still needs at its rate.") {
      plan, _ in plan.progress?.secondsLeft
    },
    Figure(name: "plan_waiting", help: "1 while the backfill waits for something.") { plan, _ in
      plan.progress?.waitingFor == nil ? 0 : 1
    },
    Figure(
      name: "plan_client_slowdown_ratio",
      help: "What a client's statement takes against its idle time."
    ) { plan, _ in plan.progress?.clientSlowdown },
    Figure(name: "plan_wal_bytes", help: "WAL that the server wrote while the backfill ran.") {
      plan, _ in plan.progress?.walBytes.map(Double.init)
    },
    Figure(
      name: "plan_last_progress_timestamp_seconds", help: "When the plan last got on."
    ) { plan, _ in plan.row.lastProgressAt?.timeIntervalSince1970 },
    Figure(
      name: "plan_kept_until_timestamp_seconds", help: "Until when the old shape is kept."
    ) { plan, _ in plan.row.kept?.until.timeIntervalSince1970 },
  ]

  private func family(_ figure: Figure) -> Family {
    var family = Family(name: figure.name, help: figure.help)
    for plan in metrics.plans {
      guard let value = figure.value(plan, metrics) else { continue }
      family.samples.append((labels(plan.row), value))
    }
    return family
  }

  private func labels(_ row: PlanRow) -> [(String, String)] {
    [
      ("database", database.rawValue), ("app", row.appLabel), ("plan", row.planID.description),
      ("slug", row.slug),
    ]
  }

  /// What a plan is at, in labels; the other figures keep theirs from its beginning to its end.
  private var info: Family {
    var family = Family(name: "plan_info", help: "Status, step and gate of the plan; always 1.")
    family.samples = metrics.plans.map { plan in
      let now = [
        ("status", plan.row.status.rawValue), ("step", plan.row.currentStep?.rawValue ?? ""),
        ("gate", plan.gate?.rawValue ?? ""),
      ]
      return (labels(plan.row) + now, 1)
    }
    return family
  }

  /// The text as it is: the format is for programs already.
  var objects: [OutputValue] { [["event": "metrics", "text": .string(text(TextLook()))]] }
}
