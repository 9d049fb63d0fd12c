internal import LiveMigration

/// Plans as `watch` sees them at one moment.
struct SnapshotReport: Report {
  let snapshots: [PlanSnapshot]

  func text(_ look: TextLook) -> String {
    if snapshots.isEmpty { return "No unfinished plan.\n" }
    return snapshots.map { Self.line($0, look) + "\n" }.joined()
  }

  /// A plan on one line.
  static func line(_ snapshot: PlanSnapshot, _ look: TextLook) -> String {
    let row = snapshot.row
    var parts = [
      row.planID.description, Sanitised.text(row.slug), look.status(row.status.rawValue),
    ]
    if let situation = situation(snapshot) { parts.append(situation) }
    parts += measures(snapshot)
    if let error = row.lastError, let first = error.split(separator: "\n").first {
      parts.append("last error: " + Sanitised.text(String(first)))
    }
    if let next = snapshot.next { parts.append("next: " + look.line.text(next)) }
    return parts.joined(separator: "  ")
  }

  /// A plan on the lines that are drawn again and again.
  static func block(_ snapshot: PlanSnapshot, _ look: TextLook) -> [String] {
    let row = snapshot.row
    let room = max((look.columns ?? 80) - 1, 1)
    let head = "\(row.planID) \(Sanitised.text(row.slug))  "
    let situation = situation(snapshot)
    let isOneLine =
      DisplayWidth.of(head + row.status.rawValue + (situation.map { ", " + $0 } ?? "")) <= room
    var lines = [
      DisplayWidth.of(head + row.status.rawValue) <= room
        ? look.style.text(head, .bold) + look.status(row.status.rawValue)
        : (head + row.status.rawValue).truncated(to: room)
    ]
    if let situation {
      if isOneLine {
        lines[0] += ", " + situation
      } else {
        lines.append(("  " + situation).truncated(to: room))
      }
    }
    if row.currentStep == .backfillChunked, let progress = snapshot.progress {
      lines += ProgressText.block(progress, columns: room - 2, style: look.style).map { "  " + $0 }
    } else {
      lines += measures(snapshot).map { ("  " + $0).truncated(to: room) }
    }
    if let error = row.lastError, let first = error.split(separator: "\n").first {
      lines.append(("  last error: " + Sanitised.text(String(first))).truncated(to: room))
    }
    if let next = snapshot.next {
      lines.append(("  next: " + look.line.text(next)).truncated(to: room))
    }
    return lines
  }

  private static func situation(_ snapshot: PlanSnapshot) -> String? {
    if snapshot.gateProgress != nil { return nil }
    if let gate = snapshot.gate { return "waits at the gate \(gate.rawValue)" }
    if let kept = snapshot.row.kept {
      return "keeps the old shape until \(TimeText.text(kept.until))"
    }
    let isLost = snapshot.row.status == .running && !snapshot.isDriven
    return isLost ? "but no session drives it" : nil
  }

  private static func measures(_ snapshot: PlanSnapshot) -> [String] {
    let row = snapshot.row
    if row.currentStep == .backfillChunked, let progress = snapshot.progress {
      return [ProgressText.line(progress)]
    }
    if let gate = snapshot.gateProgress { return [GateText.line(gate)] }
    let step = row.currentStep.map { ["step \(row.position.step + 1) \($0.rawValue)"] } ?? []
    let hasRows = row.rowsDone > 0 || row.rowsTotal != nil
    return step + (hasRows ? [ProgressText.rows(row.rowsDone, of: row.rowsTotal)] : [])
  }

  var objects: [OutputValue] {
    snapshots.map { snapshot in
      let more: [String: OutputValue] = [
        "event": "snapshot", "gate": .text(snapshot.gate?.rawValue),
        "driven": .bool(snapshot.isDriven), "next": .text(snapshot.next?.line),
        "progress": snapshot.progress.map { .object($0.members) } ?? .null,
        "gate_progress": snapshot.gateProgress.map { .object($0.members) } ?? .null,
      ]
      return .object(snapshot.row.members.merging(more) { $1 })
    }
  }
}
