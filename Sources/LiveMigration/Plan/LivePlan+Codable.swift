internal import Postgres
internal import SchemaChange

extension LivePlan: Codable {
  private enum CodingKeys: String, CodingKey {
    case header, session, steps
    case newShape = "new_shape"
    case keeping = "keep"
  }

  /// Reads a plan; one that an older version wrote has no session.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      header: try values.decode(PlanHeader.self, forKey: .header),
      steps: try values.decode([PlanStep].self, forKey: .steps),
      session: PlanSession(try values.decode(.session, usually: [])))
    newShape = try values.decode(.newShape, usually: [])
    keeping = try values.decode(.keeping, usually: nil)
  }

  /// Writes a plan.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(header, forKey: .header)
    try values.encode(steps, forKey: .steps)
    try values.encode(session.settings, .session, unless: [])
    try values.encode(newShape, .newShape, unless: [])
    try values.encodeIfPresent(keeping, forKey: .keeping)
  }
}

extension PlanHeader: Codable {
  private enum CodingKeys: String, CodingKey {
    case planID = "plan_id"
    case slug, classification
    case originatingMigration = "originating_migration"
    case sourceChecksum = "source_checksum"
    case targetDatabase = "target_database"
    case appLabel = "app_label"
    case formatVersion = "format_version"
  }

  /// Reads a header.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let planID = PlanID(try values.decode(String.self, forKey: .planID))
    guard let planID else {
      throw DecodingError.dataCorruptedError(
        forKey: .planID, in: values,
        debugDescription: "must be a decimal number of at most 63 bits, without leading zeros")
    }
    let checksum = Checksum(rawValue: try values.decode(String.self, forKey: .sourceChecksum))
    guard let checksum else {
      throw DecodingError.dataCorruptedError(
        forKey: .sourceChecksum, in: values,
        debugDescription: "must be V1: and 64 lower-case hexadecimal digits")
    }
    _ = try values.decode(String.self, forKey: .formatVersion)
    self.init(
      planID: planID, slug: try values.decode(String.self, forKey: .slug),
      classification: try values.word(.classification),
      originatingMigration: try values.decode(String.self, forKey: .originatingMigration),
      sourceChecksum: checksum,
      targetDatabase: try values.decode(String.self, forKey: .targetDatabase),
      appLabel: try values.decode(String.self, forKey: .appLabel))
  }

  /// Writes a header, with the version of the format that this program writes.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    // As text: numbers of JavaScript end at 2^53.
    try values.encode(planID.description, forKey: .planID)
    try values.encode(slug, forKey: .slug)
    try values.encode(classification, forKey: .classification)
    try values.encode(originatingMigration, forKey: .originatingMigration)
    try values.encode(sourceChecksum, forKey: .sourceChecksum)
    try values.encode(targetDatabase, forKey: .targetDatabase)
    try values.encode(appLabel, forKey: .appLabel)
    try values.encode(Self.formatVersion, forKey: .formatVersion)
  }
}

extension PlanStep: Codable {
  private enum CodingKeys: String, CodingKey { case ordinal, kind, parameters }

  private enum ParameterKeys: String, CodingKey {
    case kind, segments, hooks, backfills, gates, statements
  }

  /// Reads a step.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let kind: StepKind = try values.word(.kind)
    let parameters = try values.nestedContainer(keyedBy: ParameterKeys.self, forKey: .parameters)
    let named: StepKind = try parameters.word(.kind)
    guard named == kind else {
      throw DecodingError.dataCorruptedError(
        forKey: .parameters, in: values,
        debugDescription: "have the kind \(named.rawValue), the step the kind \(kind.rawValue)")
    }
    let body: StepBody =
      switch kind.shape {
      case .segments: .segments(try parameters.decode([Segment].self, forKey: .segments))
      case .hooks: .hooks(try parameters.decode([Hook].self, forKey: .hooks))
      case .backfills: .backfills(try parameters.decode([TableBackfill].self, forKey: .backfills))
      case .gates: .gates(try parameters.decode([GateQuery].self, forKey: .gates))
      case .approval: .approval(try parameters.decode(.statements, usually: []))
      }
    self.init(ordinal: try values.decode(Int.self, forKey: .ordinal), kind: kind, body: body)
  }

  /// Writes a step.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(ordinal, forKey: .ordinal)
    try values.encode(kind, forKey: .kind)
    var parameters = values.nestedContainer(keyedBy: ParameterKeys.self, forKey: .parameters)
    try parameters.encode(kind, forKey: .kind)
    switch body {
    case .segments(let segments): try parameters.encode(segments, forKey: .segments)
    case .hooks(let hooks): try parameters.encode(hooks, forKey: .hooks)
    case .backfills(let backfills): try parameters.encode(backfills, forKey: .backfills)
    case .gates(let gates): try parameters.encode(gates, forKey: .gates)
    case .approval(let statements): try parameters.encode(statements, .statements, unless: [])
    }
  }
}

extension KeptShape {
  enum CodingKeys: String, CodingKey {
    case preparation, swap
    case wayBack = "way_back"
    case swapsBackAt = "swaps_back_at"
    case returnsTo = "returns_to"
    case retirement, unheld
  }
}

extension Keeping: Codable {
  private enum CodingKeys: String, CodingKey { case refused }

  /// Reads the shape, or the reason why there is none.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    if let reason = try values.decodeIfPresent(String.self, forKey: .refused) {
      self = .refused(reason)
    } else {
      self = .possible(try KeptShape(from: decoder))
    }
  }

  /// Writes the shape, or the reason why there is none.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .possible(let shape): try shape.encode(to: encoder)
    case .refused(let reason):
      var values = encoder.container(keyedBy: CodingKeys.self)
      try values.encode(reason, forKey: .refused)
    }
  }
}
