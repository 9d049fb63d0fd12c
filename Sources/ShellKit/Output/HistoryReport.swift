internal import LiveMigration

/// A plan's audit trail, oldest first.
struct HistoryReport: Report {
  let planID: PlanID
  let events: [PlanEvent]

  func text(_ look: TextLook) -> String {
    let table = TextTable(
      [
        .init("time (UTC)"), .init("action"), .init("step"), .init("who"), .init("from"),
        .init("reason"), .init("detail"),
      ],
      rows: events.map { event in
        [
          TimeText.clock(event.time), event.action.rawValue, event.step, event.actor,
          "\(event.program.place) (\(event.program.pid))", event.justification, event.detail,
        ]
      })
    guard let columns = look.columns else { return table.text() }
    return table.cut(
      to: columns - 1, droppable: ["from", "who", "step", "detail", "reason"],
      whole: ["time (UTC)", "action"]
    ).text()
  }

  var objects: [OutputValue] {
    events.map { event in
      [
        "event": "audit", "plan_id": .plan(planID), "time": .time(event.time),
        "action": .string(event.action.rawValue), "step": .text(event.step),
        "actor": .string(event.actor), "os_user": .text(event.program.user),
        "host": .string(event.program.host), "pid": .int(event.program.pid),
        "detail": .text(event.detail), "justification": .text(event.justification),
      ]
    }
  }
}
