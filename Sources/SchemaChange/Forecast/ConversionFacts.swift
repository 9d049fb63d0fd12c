/// What the server knows of a conversion from a column to its replacement.
public struct ConversionFacts: Sendable, Hashable {
  /// Whether adding an empty column of the new type would rewrite the table, as a domain with constraints does.
  public var shadowRewrites: Bool
  /// Whether the new type has an equality operator.
  public var hasEquality: Bool
  /// Whether no value of the old type can fail to convert: a cast that is on a list of such.
  public var cannotFail: Bool
  /// Whether the same row always converts to the same value, whatever the session's settings: a cast that is on a list
  /// of such.
  public var isImmutable: Bool
  /// The volatile functions that the expression calls: each run gives another value.
  public var volatileFunctions: [String]
  /// Why the expression cannot be kept in step with the row that it reads, each in a sentence.
  public var obstacles: [String]
  /// The planning session's settings that a conversion may read, in the order of their names.
  public var settings: [Setting]
  /// The schemas that names in the expression are looked up in.
  public var searchPath: [String]
  /// Which rows an `UPDATE` has yet to change, as an SQL condition; `nil` for anything else.
  public var condition: String?
  /// How a statement that writes many rows is made in parts by a list of its rows; `nil` for anything else.
  public var batches: BatchedRows?
  /// The columns that such a statement sets.
  public var written: Set<String> = []
  /// Whether nothing stands in the way of such a statement where the rows and values of the start are accepted.
  public var isHelpedByOnce = false
  /// The query over the rows that such a statement still has to change, where clients may write more of them; `nil`
  /// where a second run would do once more what is done.
  public var remaining: String?
  /// The relations that such a statement reads besides its table, by object identifier.
  public var reads: Set<UInt32> = []

  /// The settings of a session that a conversion may read.
  public static let settingNames = [
    "DateStyle", "IntervalStyle", "TimeZone", "bytea_output", "extra_float_digits", "lc_monetary",
    "lc_numeric", "lc_time", "xmlbinary", "xmloption",
  ]

  /// A setting and its value.
  public struct Setting: Sendable, Hashable, Codable {
    /// The setting's name.
    public var name: String
    /// The setting's value.
    public var value: String

    /// Names a setting.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Gathers facts.
  public init(
    shadowRewrites: Bool = false, hasEquality: Bool = true, cannotFail: Bool = false,
    isImmutable: Bool = true, volatileFunctions: [String] = [], obstacles: [String] = [],
    settings: [Setting] = [], searchPath: [String] = [], condition: String? = nil
  ) {
    self.shadowRewrites = shadowRewrites
    self.hasEquality = hasEquality
    self.cannotFail = cannotFail
    self.isImmutable = isImmutable
    self.volatileFunctions = volatileFunctions
    self.obstacles = obstacles
    self.settings = settings
    self.searchPath = searchPath
    self.condition = condition
  }
}
