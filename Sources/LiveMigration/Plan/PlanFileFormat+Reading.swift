internal import Postgres
internal import SchemaChange

extension PlanFileFormat {
  static func plan(from root: JSONReader) throws(PlanRefusal) -> LivePlan {
    var root = root
    root.format = try format(of: root)
    try root.allow(["header", "session", "steps", "new_shape", "keep"])
    let header = try header(from: root.member("header"))
    let steps = try root.member("steps").array()
    guard !steps.isEmpty else { throw .noSteps }
    var result: [PlanStep] = []
    for (position, reader) in steps.enumerated() {
      result.append(try step(from: reader, at: position))
    }
    var plan = LivePlan(
      header: header, steps: result, session: try session(from: root.optionalMember("session")))
    plan.newShape = try root.optionalMember("new_shape")?.array().map(shownTable) ?? []
    plan.keeping = try root.optionalMember("keep").map { reader throws(PlanRefusal) in
      try keeping(from: reader, steps: result)
    }
    return plan
  }

  private static func keeping(
    from reader: JSONReader, steps: [PlanStep]
  ) throws(PlanRefusal) -> Keeping {
    if let reason = try reader.optionalMember("refused") {
      try reader.allow(["refused"])
      return .refused(try reason.string())
    }
    try reader.allow([
      "preparation", "swap", "way_back", "swaps_back_at", "returns_to", "retirement", "unheld",
    ])
    let wayBack = try reader.member("way_back").array().map(segment)
    func index(_ key: String, below limit: Int) throws(PlanRefusal) -> Int {
      let member = try reader.member(key)
      guard let index = Int(exactly: try member.integer()), (0..<limit).contains(index) else {
        throw member.invalid("must be a number from 0 to \(limit - 1)")
      }
      return index
    }
    return .possible(
      KeptShape(
        preparation: try reader.member("preparation").array().map(segment),
        swap: try segment(from: reader.member("swap")), wayBack: wayBack,
        swapsBackAt: try index("swaps_back_at", below: wayBack.count),
        returnsTo: try index("returns_to", below: steps.count),
        retirement: try segment(from: reader.member("retirement")),
        unheld: try reader.member("unheld").array().map(gate)))
  }

  private static func shownTable(from reader: JSONReader) throws(PlanRefusal) -> ShownTable {
    try reader.allow(["view", "table"])
    return ShownTable(
      view: try name(from: reader.member("view")), table: try name(from: reader.member("table")))
  }

  /// Plans that older versions wrote have none.
  private static func session(from reader: JSONReader?) throws(PlanRefusal) -> PlanSession {
    guard let reader else { return PlanSession() }
    var settings: [ConversionFacts.Setting] = []
    for reader in try reader.array() {
      try reader.allow(["name", "value"])
      let name = try reader.member("name")
      let known = try name.string()
      guard PlanSession.names.contains(known), !settings.contains(where: { $0.name == known })
      else { throw name.invalid("must be a setting that a plan keeps, once") }
      settings.append(
        ConversionFacts.Setting(name: known, value: try reader.member("value").string()))
    }
    return PlanSession(settings)
  }

  /// Looks at the version first: a later format may well have other keys.
  private static func format(of root: JSONReader) throws(PlanRefusal) -> String {
    let version = try root.member("header").member("format_version").string()
    guard PlanHeader.readVersions.contains(version) else {
      throw .unsupportedFormat(String(version.prefix(60)))
    }
    return version
  }

  private static func header(from reader: JSONReader) throws(PlanRefusal) -> PlanHeader {
    try reader.allow([
      "plan_id", "slug", "classification", "originating_migration", "source_checksum",
      "target_database", "app_label", "format_version",
    ])
    return PlanHeader(
      planID: try planID(from: reader.member("plan_id")),
      slug: try slug(from: reader.member("slug")),
      classification: try reader.member("classification").word(PlanClassification.self),
      originatingMigration: try version(from: reader.member("originating_migration")),
      sourceChecksum: try checksum(from: reader.member("source_checksum")),
      targetDatabase: try reader.member("target_database").word(TargetDatabase.self).rawValue,
      appLabel: try appLabel(from: reader.member("app_label")))
  }

  private static func planID(from reader: JSONReader) throws(PlanRefusal) -> PlanID {
    guard let planID = PlanID(try reader.string()) else {
      throw reader.invalid("must be a decimal number of at most 63 bits, without leading zeros")
    }
    return planID
  }

  private static func slug(from reader: JSONReader) throws(PlanRefusal) -> String {
    let slug = try reader.string()
    guard Words.isWord(slug) else {
      throw reader.invalid("must be of letters A to Z, digits and underscores, and not empty")
    }
    return slug
  }

  private static func version(from reader: JSONReader) throws(PlanRefusal) -> String {
    guard let version = MigrationVersion(rawValue: try reader.string()) else {
      throw reader.invalid("must be a migration's version, such as V<14 digits>__<slug>")
    }
    return version.rawValue
  }

  private static func checksum(from reader: JSONReader) throws(PlanRefusal) -> Checksum {
    guard let checksum = Checksum(rawValue: try reader.string()) else {
      throw reader.invalid("must be V1: and 64 lower-case hexadecimal digits")
    }
    return checksum
  }

  private static func appLabel(from reader: JSONReader) throws(PlanRefusal) -> String {
    let label = try reader.string()
    guard Workspace.isAppLabel(label) else {
      throw reader.invalid(
        "must be empty or of letters A to Z, digits and underscores, and no reserved name")
    }
    return label
  }

  private static func step(
    from reader: JSONReader, at position: Int
  ) throws(PlanRefusal) -> PlanStep {
    try reader.allow(["ordinal", "kind", "parameters"])
    let ordinal = try reader.member("ordinal")
    let found = try ordinal.integer()
    guard found == position else {
      throw .wrongOrdinal(path: ordinal.path, expected: position, found: found)
    }
    let kind = try reader.member("kind").word(StepKind.self)
    let parameters = try reader.member("parameters")
    let parametersKind = try parameters.member("kind").word(StepKind.self)
    guard kind == parametersKind else {
      throw .kindsDiffer(path: reader.path, step: kind, parameters: parametersKind)
    }
    return PlanStep(ordinal: position, kind: kind, body: try body(of: kind, from: parameters))
  }

  private static func body(
    of kind: StepKind, from reader: JSONReader
  ) throws(PlanRefusal) -> StepBody {
    switch kind.shape {
    case .segments: return .segments(try list("segments", of: reader, segment))
    case .hooks: return .hooks(try list("hooks", of: reader, hook))
    case .backfills: return .backfills(try list("backfills", of: reader, backfill))
    case .gates: return .gates(try list("gates", of: reader, gate))
    case .approval:
      try reader.allow(["kind", "statements"])
      return .approval(try reader.optionalMember("statements").map(statements) ?? [])
    }
  }

  private static func list<Element>(
    _ key: String, of reader: JSONReader,
    _ read: (JSONReader) throws(PlanRefusal) -> Element
  ) throws(PlanRefusal) -> [Element] {
    try reader.allow(["kind", key])
    return try reader.member(key).array().map(read)
  }
}
