internal import Postgres
internal import SchemaChange

/// The copies of plan files in their rows.
extension PlanLedger {
  /// The copy of a plan's file; `nil` where the row has none, or one that is not the file that was recorded.
  func copy(of row: PlanRow, on connection: PostgresConnection) async throws -> [UInt8]? {
    guard row.hasCopy else { return nil }
    let text: String? = try await connection.query(
      """
      SELECT pg_catalog.encode(plan_copy, 'hex'::text) FROM \(identifier: tables.plans)
      WHERE plan_id = \(row.planID.rawValue)
      """
    ).first?.decode(0)
    return text.flatMap(Hexadecimal.bytes).flatMap { bytes in
      Checksum(of: bytes) == row.planFileChecksum ? bytes : nil
    }
  }

  /// Keeps a copy of the file of a plan that was made before rows had copies.
  func keepCopy(
    _ file: PlanFile, of row: PlanRow, on connection: PostgresConnection
  ) async throws {
    guard !row.hasCopy else { return }
    try await connection.execute(
      """
      UPDATE \(identifier: tables.plans) SET plan_copy = \(Hexadecimal.text(file.bytes))::bytea
      WHERE plan_id = \(row.planID.rawValue) AND plan_copy IS NULL
      """)
  }
}

/// Bytes as PostgreSQL writes them in text (manual, section 8.4.1).
enum Hexadecimal {
  private static let digits = Array("0123456789abcdef".utf8)

  /// The input form of `bytea`.
  static func text(_ bytes: [UInt8]) -> String {
    var text = Array(#"\x"#.utf8)
    text.reserveCapacity(2 + bytes.count * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of pairs of digits; `nil` for anything else.
  static func bytes(_ text: String) -> [UInt8]? {
    func value(_ digit: UInt8) -> UInt8? {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
      default: nil
      }
    }
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
