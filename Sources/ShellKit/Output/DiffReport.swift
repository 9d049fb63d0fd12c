internal import LiveMigration

/// What `diff` found for an application.
struct DiffReport: Report {
  let result: DiffResult

  private var app: String { result.app.isEmpty ? "_global_" : result.app }

  func text(_ look: TextLook) -> String {
    let migration = result.migration
    guard !migration.isEmpty else { return "Nothing is pending for \(Sanitised.text(app)).\n" }
    let warnings = migration.possibleRenames.map {
      look.style.text("warning:", .yellow) + " \(Sanitised.text("\($0)"))\n"
    }
    let means =
      migration.isProvedByDump ? "" : ", by the catalogues alone, as no pg_dump suits the server"
    let end =
      result.path.map { "Wrote \(Sanitised.text($0)), its .down.sql and the snapshot.\n" }
      ?? "Nothing was written.\n"
    return Sanitised.block(migration.upText, indent: "") + "\n" + warnings.joined()
      + "Proved there and back on scratch databases \(result.place)\(means).\n" + end
      + look.next(result.path == nil ? nil : NextStep(.plan(app: result.app)))
  }

  var objects: [OutputValue] {
    [
      [
        "event": result.migration.isEmpty ? "nothing_pending" : "schema_diff",
        "app_label": .string(result.app), "path": .text(result.path),
        "up": .string(result.migration.upText), "down": .string(result.migration.downText),
        "destroys": .list(result.migration.destroyed.map { .string($0) }),
        "possible_renames": .list(result.migration.possibleRenames.map { .string("\($0)") }),
        "place": .string(result.place),
        "proved_by_dump": .bool(result.migration.isProvedByDump),
      ]
    ]
  }
}

/// In what files, snapshot and database disagree.
struct DisagreementReport: Report {
  let comparison: SchemaComparison

  private var found: [SchemaDisagreement] { comparison.disagreements }

  func text(_ look: TextLook) -> String {
    let place = "Compared on scratch databases \(comparison.place).\n"
    if found.isEmpty {
      return "Files, snapshot and database agree as far as they were asked.\n" + place
    }
    return found.map { disagreement in
      "\(Sanitised.text(disagreement.sides)) disagree:\n"
        + disagreement.lines.map { "  " + Sanitised.block($0, indent: "    ") + "\n" }.joined()
    }.joined() + place
  }

  var objects: [OutputValue] {
    if found.isEmpty {
      return [["event": "schema_agrees", "place": .string(comparison.place)]]
    }
    return found.map { disagreement in
      [
        "event": "schema_disagrees", "sides": .string(disagreement.sides),
        "differences": .list(disagreement.lines.map { .string($0) }),
        "place": .string(comparison.place),
      ]
    }
  }
}

/// What `dump` wrote.
struct DumpReport: Report {
  let result: DumpResult

  func text(_ look: TextLook) -> String {
    guard !result.written.isEmpty || !result.removed.isEmpty else {
      return
        "The files say already what the database has, as scratch databases \(result.place) show.\n"
    }
    let sections = result.sections == 1 ? "1 section" : "\(result.sections) sections"
    return result.written.map { "Wrote \(Sanitised.text($0)).\n" }.joined()
      + result.removed.map { "Removed \(Sanitised.text($0)), which held nothing more.\n" }.joined()
      + "\(sections) of objects.\nThey load again to an equal schema in scratch databases \(result.place)"
      + (result.isProvedByDump ? ".\n" : ", by the catalogues alone, as pg_dump cannot be asked.\n")
  }

  var objects: [OutputValue] {
    [
      [
        "event": "schema_dumped", "files": .list(result.written.map { .string($0) }),
        "removed": .list(result.removed.map { .string($0) }),
        "sections": .int(result.sections), "proved_by_dump": .bool(result.isProvedByDump),
        "place": .string(result.place),
      ]
    ]
  }
}

/// That files want something that no migration brings yet.
struct PendingSchemaReport: Report {
  let pending: PendingSchema

  func text(_ look: TextLook) -> String {
    let name = pending.app.isEmpty ? "_global_" : Sanitised.text(pending.app)
    let sentence =
      pending.reason.map {
        "The schema files of \(name) cannot be compared: \(Sanitised.text($0))\n"
      }
      ?? "The schema files of \(name) want a change that no migration brings yet.\n"
    return sentence + look.next(NextStep(.writeDifference(app: pending.app)))
  }

  var objects: [OutputValue] {
    [
      [
        "event": "schema_pending", "app_label": .string(pending.app),
        "reason": .text(pending.reason),
        "next": "diff",
      ]
    ]
  }
}
