import Postgres
import SchemaChange
import TestSupport
import Testing

@Suite("Verdicts on measured forms", .database)
struct ClassifierGroundTruthTests {
  @Test(arguments: [judgedColumnForms, judgedTableForms, judgedOtherForms])
  func `A form that works under a lock is never called safe`(_ table: String) async throws {
    let connection = try await TestDatabase.current.connect()
    try await connection.script(measuredTables + "INSERT INTO c1 VALUES (1, 1);")
    let forms = JudgedForm.read(table)
    #expect(forms.count > 20)
    for form in forms {
      let verdicts = try await judge(form.sql + ";", on: connection)
      #expect(verdicts.map(\.short).joined(separator: " + ") == form.verdict, "\(form.sql)")
      let offline = try await judge(form.sql + ";", on: nil)
      #expect(offline.map(\.short).joined(separator: " + ") == form.offline, "\(form.sql)")
      #expect(form.agrees(verdicts), "\(form.sql): measured \(form.measured)")
      #expect(verdicts.allSatisfy { !$0.reason.isEmpty }, "\(form.sql)")
      #expect(
        verdicts.allSatisfy { $0.classification != .offlineOnly || $0.remedy?.isEmpty == false },
        "\(form.sql)")
    }
    await connection.close()
  }
}

/// A statement form with what was measured of it and the verdicts that it must get.
struct JudgedForm {
  var sql: String
  var measured: String
  var verdict: String
  var offline: String

  /// Reads forms from pairs of lines.
  static func read(_ table: String) -> [JudgedForm] {
    let lines = table.split(separator: "\n").map(String.init)
    return stride(from: 0, to: lines.count - 1, by: 2).map { index in
      let parts = lines[index + 1].split(separator: "|").map {
        $0.trimmingPrefix(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()
      }.map { String($0) }
      return JudgedForm(
        sql: lines[index], measured: parts[0], verdict: parts[1], offline: parts.last ?? "")
    }
  }

  /// Whether the verdicts fit what was measured.
  ///
  /// Work is fine under a lock that lets readers and writers go on, on a new table, and where everything is thrown away.
  func agrees(_ verdicts: [Verdict]) -> Bool {
    let works = ["rewrite", "scan", "build"].contains(where: measured.contains)
    let blocks = [":AE", ":S ", ":SRE"].contains(where: measured.contains)
    let isExempt = sql.hasPrefix("CREATE TABLE") || sql.hasPrefix("TRUNCATE")
    return verdicts.allSatisfy { verdict in
      switch verdict.classification {
      case .onlineSafe: isExempt || !(works && blocks) || verdicts.count > 1
      case .fastLockDestructiveGuarded: isExempt || !works
      // What batches avoid are the locks of many rows, which no lock of the table shows.
      case .expandContract(.batchedUpdate), .expandContract(.batchedDelete): true
      case .expandContract: works && blocks
      case .offlineOnly: true
      }
    }
  }
}
