/// What a sequence is told.
struct SequenceOptions {
  let type: String
  let start: String
  let increment: String
  let minimum: String
  let maximum: String
  let cache: String
  let cycles: Bool

  init(_ object: SchemaObject) {
    type = object["type"] ?? "bigint"
    start = object["start"] ?? "1"
    increment = object["increment"] ?? "1"
    minimum = object["minimum"] ?? "1"
    maximum = object["maximum"] ?? ""
    cache = object["cache"] ?? "1"
    cycles = object.has("cycle")
  }

  /// Of a column's own sequence: its name, and what it is told.
  init?(identity: String?) {
    let parts = (identity ?? "").split(separator: "|", omittingEmptySubsequences: false).map(
      String.init)
    guard parts.count >= 8 else { return nil }
    let tail = parts.suffix(7).map(\.self)
    type = tail[0]
    start = tail[1]
    increment = tail[2]
    minimum = tail[3]
    maximum = tail[4]
    cache = tail[5]
    cycles = tail[6] == "CYCLE"
  }

  private var limits: (minimum: String, maximum: String) {
    let (low, high) =
      switch type {
      case "smallint": ("-32768", "32767")
      case "integer": ("-2147483648", "2147483647")
      default: ("-9223372036854775808", "9223372036854775807")
      }
    return increment.hasPrefix("-") ? (low, "-1") : ("1", high)
  }

  /// What is not as it is by itself.
  var differing: String {
    let limits = limits
    let first = increment.hasPrefix("-") ? maximum : minimum
    var text = type == "bigint" ? "" : " AS \(type)"
    if increment != "1" { text += " INCREMENT BY \(increment)" }
    if minimum != limits.minimum { text += " MINVALUE \(minimum)" }
    if maximum != limits.maximum { text += " MAXVALUE \(maximum)" }
    if start != first { text += " START WITH \(start)" }
    if cache != "1" { text += " CACHE \(cache)" }
    if cycles { text += " CYCLE" }
    return text
  }

  /// Everything.
  var whole: [String] {
    [
      "INCREMENT BY \(increment)", "MINVALUE \(minimum)", "MAXVALUE \(maximum)",
      "START WITH \(start)", "CACHE \(cache)", cycles ? "CYCLE" : "NO CYCLE",
    ]
  }
}
