/// What is known of casts between the server's own types, from their source.
///
/// The catalogue knows less: it calls a cast of `double precision` to `text` immutable, which follows
/// `extra_float_digits` (manual, section 8.1.3), and an implicit cast of `numeric` to `real` refuses what is out of
/// range. So both properties are lists; what is on none of them is treated with care.
struct CastFacts: Hashable {
  /// The types by their names in `pg_type`.
  let source: String
  let target: String
  /// Whether the target has a length or a precision.
  let isLimited: Bool

  private static let integers = ["int2", "int4", "int8"]
  private static let texts: Set = ["text", "varchar", "bpchar", "name"]
  /// Types whose text neither reads nor writes a setting.
  private static let plainText: Set = [
    "int2", "int4", "int8", "numeric", "oid", "bool", "uuid", "json", "jsonb", "inet", "cidr",
    "macaddr", "bit", "varbit", "text", "varchar", "bpchar", "name",
  ]
  private static let numbers: Set = ["int2", "int4", "int8", "numeric", "float4", "float8"]

  /// Whether the same value converts to the same value under every setting of a session.
  var isPure: Bool {
    if Self.numbers.contains(source), Self.numbers.contains(target) { return true }
    if Self.plainText.contains(source), Self.texts.contains(target) { return true }
    if Self.texts.contains(source), Self.plainText.contains(target) { return true }
    let others: Set<[String]> = [
      ["bool", "int4"], ["int4", "bool"], ["date", "timestamp"], ["timestamp", "date"],
      ["timestamp", "time"], ["json", "jsonb"], ["jsonb", "json"], ["cidr", "inet"],
      ["inet", "cidr"], ["int4", "oid"], ["int8", "oid"], ["oid", "int4"], ["oid", "int8"],
      ["timestamp", "timestamp"], ["timestamptz", "timestamptz"], ["time", "time"],
    ]
    return others.contains([source, target])
  }

  /// Whether every value converts.
  var isTotal: Bool {
    guard !isLimited else { return false }
    if let from = Self.integers.firstIndex(of: source),
      let to = Self.integers.firstIndex(of: target)
    {
      return from <= to
    }
    if Self.integers.contains(source) {
      return ["numeric", "float4", "float8", "text", "varchar"].contains(target)
    }
    if Self.plainText.contains(source), ["text", "varchar"].contains(target) { return true }
    return [["float4", "float8"], ["cidr", "inet"]].contains([source, target])
  }
}
