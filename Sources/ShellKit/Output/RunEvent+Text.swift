internal import LiveMigration
internal import Postgres

extension RunEvent {
  /// The event as a line; `nil` for what only a bar tells.
  var text: String? {
    switch self {
    case .began(let outline): outline.text
    case .stepStarted(_, let kind, let ordinal, let count):
      "step \(ordinal + 1) of \(count): \(kind.title)"
    case .segment(_, let purpose): "  \(purpose)"
    case .backfill(_, let progress): ProgressText.line(progress)
    case .gate(_, let progress): "  " + GateText.line(progress)
    case .retrying(_, let attempt, let limit, let delay, let error, let blockers):
      "  attempt \(attempt) of \(limit) failed, again in \(DurationText.text(delay)): "
        + error.summary + blockers.map { "; blocked by \($0)" }.joined()
    case .waiting(_, let reason): "  waiting: \(reason)"
    case .gateReached(_, let gate, _): "the gate \(gate.rawValue) is reached"
    case .reconnected(let id):
      "the lock on plan \(id) is taken again; going on from the last commit"
    case .notice(_, let text): text
    case .reminder(let reminder): reminder.text
    case .omitted(let count): "\(count) events were left out: standard error was not read"
    }
  }

  /// The event for programs.
  var object: OutputValue {
    switch self {
    case .began(let outline): outline.object
    case .stepStarted(let id, let kind, let ordinal, let count):
      [
        "event": "step_started", "plan_id": .plan(id), "kind": .string(kind.rawValue),
        "ordinal": .int(ordinal), "steps": .int(count),
      ]
    case .segment(let id, let purpose):
      ["event": "segment", "plan_id": .plan(id), "purpose": .string(purpose)]
    case .backfill(let id, let progress):
      .object(["event": "progress", "plan_id": .plan(id)].merging(progress.members) { $1 })
    case .gate(let id, let progress):
      .object(["event": "gate_progress", "plan_id": .plan(id)].merging(progress.members) { $1 })
    case .retrying(let id, let attempt, let limit, let delay, let error, let blockers):
      [
        "event": "retrying", "plan_id": .plan(id), "attempt": .int(attempt), "limit": .int(limit),
        "delay_ms": .milliseconds(delay), "sqlstate": .text(error.sqlState?.rawValue),
        "message": .string(error.summary), "blockers": .list(blockers.map(\.object)),
      ]
    case .waiting(let id, let reason):
      ["event": "waiting", "plan_id": .plan(id), "reason": .string(reason)]
    case .gateReached(let id, let gate, let outcomes):
      [
        "event": "gate_reached", "plan_id": .plan(id), "gate": .string(gate.rawValue),
        "gates": .list(outcomes.map(\.object)),
      ]
    case .reconnected(let id): ["event": "reconnected", "plan_id": .plan(id)]
    case .notice(let id, let text):
      ["event": "notice", "plan_id": .plan(id), "message": .string(text)]
    case .reminder(let reminder): reminder.object
    case .omitted(let count): ["event": "omitted", "count": .int(count)]
    }
  }
}

extension RunOutline {
  /// What changes, and in how many steps.
  fileprivate var text: String {
    let what = columns.isEmpty ? "" : "  " + columns.map(\.text).joined(separator: ", ")
    return "\(slug)\(what)  \(steps.count == 1 ? "1 step" : "\(steps.count) steps")"
  }

  fileprivate var object: OutputValue {
    [
      "event": "began", "plan_id": .plan(planID), "slug": .string(slug),
      "columns": .list(columns.map(\.object)),
      "steps": .list(steps.map { .string($0.rawValue) }), "ordinal": .int(position),
    ]
  }
}

extension RunOutline.Column {
  /// The column, and what becomes of it.
  var text: String {
    if let codec { return "\(name) \(codec.from) → \(codec.to)" }
    if let types { return "\(name) \(types.from) → \(types.to)" }
    return name
  }

  fileprivate var object: OutputValue {
    [
      "name": .string(name), "type": .text(types?.from), "new_type": .text(types?.to),
      "codec": .text(codec?.from), "new_codec": .text(codec?.to),
    ]
  }
}

extension RunReminder {
  /// What runs, since when, how it is set and where it is driven.
  fileprivate var text: String {
    "\(slug) runs since \(TimeText.text(since)), step \(position) of \(steps): \(kind.title); "
      + settings.map { "\($0.key.rawValue)=\($0.value)" }.joined(separator: " ")
      + "; driven by process \(pid) on \(host), plan \(planID)"
  }

  fileprivate var object: OutputValue {
    [
      "event": "reminder", "plan_id": .plan(planID), "slug": .string(slug),
      "since": .time(since), "ordinal": .int(position - 1), "steps": .int(steps),
      "kind": .string(kind.rawValue), "pid": .int(pid), "host": .string(host),
      "settings": .object(
        Dictionary(uniqueKeysWithValues: settings.map { ($0.key.rawValue, .string($0.value)) })),
    ]
  }
}

extension PostgresError {
  /// The first line of what happened.
  var summary: String {
    serverError?.message ?? description.split(separator: "\n").first.map(String.init) ?? description
  }
}

extension Blocker {
  fileprivate var object: OutputValue {
    [
      "pid": .int(pid), "prepared": .text(prepared), "application_name": .string(applicationName),
      "state": .string(state),
      "age_ms": .milliseconds(seconds: age), "statement": .string(statement),
    ]
  }
}

extension GateOutcome {
  /// The outcome for programs.
  var object: OutputValue {
    [
      "name": .string(name), "agrees": .bool(agrees), "expected": .bigint(expected),
      "found": .bigint(found), "sample": .list(sample.map { .string($0) }),
      "error": .text(error?.message),
    ]
  }
}

extension BackfillProgress {
  /// The measures for programs.
  var members: [String: OutputValue] {
    [
      "table": .string(table), "rows_done": .bigint(rowsDone), "rows_total": .bigint(rowsTotal),
      "rows_per_second": rowsPerSecond.map { .rounded($0) } ?? .null,
      "eta_ms": .milliseconds(seconds: secondsLeft),
      "chunk_ms": .rounded(chunkMilliseconds), "window_blocks": .int(windowBlocks),
      "strides": .int(strides), "sweep": .int(sweep), "waiting_for": .text(waitingFor),
      "eta_spread_ms": .milliseconds(seconds: secondsLeftSpread),
      "hot_percent": hotShare.map { .rounded($0 * 100) } ?? .null,
      "wal_bytes": .bigint(walBytes), "pinned_by": .text(pinnedBy), "eased_for": .text(easedFor),
      "workers": workers.map { .int($0) } ?? .null, "unseen": .text(unseen),
      "client_slowdown_percent": clientSlowdown.map { .rounded($0 * 100) } ?? .null,
    ]
  }
}

extension StepKind {
  /// The kind in words: `backfill chunked`.
  var title: String { rawValue.replacing("_", with: " ") }
}
