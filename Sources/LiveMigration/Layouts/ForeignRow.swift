internal import Postgres
internal import SchemaChange

/// What another tool's table says of a migration that it would have applied itself.
struct ForeignRow: Sendable, Hashable {
  let kind: ForeignTable
  let version: MigrationVersion
  /// The file's path below the folder of the migrations.
  let script: String
  let bytes: [UInt8]

  /// The row of a migration; `nil` where its layout is no other tool's.
  init?(_ file: MigrationFile, _ loaded: LoadedMigration) {
    guard let kind = file.layout.table else { return nil }
    self.kind = kind
    version = file.version
    let folder = file.workspace.path(file.workspace.migrationPlace.path)
    script = String(file.path.dropFirst(folder.count + 1))
    bytes = loaded.bytes
  }

  /// The number as the tool writes it.
  private var number: String {
    switch kind {
    case .flyway: version.number.replacing("_", with: ".")
    case .diesel: version.number.replacing("-", with: "")
    case .prisma: version.rawValue
    case .golangMigrate, .dbmate, .goose, .sqlx: version.number
    }
  }

  private var description: String { version.slug.replacing("_", with: " ") }

  /// Writes the row, where the table has none of it yet; the table is made where it is missing.
  ///
  /// It belongs into the transaction that records the migration in this program's own ledger.
  func write(on connection: PostgresConnection) async throws {
    var found = try await ForeignLedger.find(kind, on: connection)
    if found == nil { found = try await make(on: connection) }
    guard let ledger = found else { return }
    let contents = try await ledger.contents(on: connection)
    guard contents.dirty.isEmpty else {
      throw AdoptionError.dirty(table: ledger.table.quoted, versions: contents.dirty)
    }
    guard !contents.isApplied(version) else { return }
    do {
      for statement in statements(ledger.table) { try await connection.execute(statement) }
    } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {
      throw EngineError.missingPrivilege(
        "the role may not record what is applied in \(ledger.table): "
          + "GRANT SELECT, INSERT, UPDATE, DELETE ON \(ledger.table)")
    }
  }

  private func make(on connection: PostgresConnection) async throws -> ForeignLedger {
    let schema: String? = try await connection.query("SELECT pg_catalog.current_schema()::text")
      .only().decode(0)
    let table = QualifiedName(schema: schema ?? "public", name: kind.name)
    do {
      try await connection.script(kind.creation(table))
    } catch let error as PostgresError where error.sqlState == .insufficientPrivilege {
      throw EngineError.missingPrivilege(
        "the role may not make \(table): "
          + "GRANT CREATE ON SCHEMA \(Quoting.identifier(table.schema ?? "public"))")
    }
    return ForeignLedger(kind: kind, table: table)
  }

  private func statements(_ table: QualifiedName) -> [SQL] {
    switch kind {
    case .flyway:
      [
        """
        INSERT INTO \(identifier: table) (installed_rank, version, description, type, script,
          checksum, installed_by, execution_time, success)
        SELECT coalesce(pg_catalog.max(installed_rank), 0) + 1, \(number), \(description), 'SQL',
          \(script), \(Int32(bitPattern: lineChecksum)), current_user, 0, true
        FROM \(identifier: table)
        """
      ]
    case .golangMigrate:
      [
        "DELETE FROM \(identifier: table)",
        "INSERT INTO \(identifier: table) (version, dirty) VALUES (\(number)::bigint, false)",
      ]
    case .dbmate, .diesel:
      ["INSERT INTO \(identifier: table) (version) VALUES (\(number))"]
    case .goose:
      [
        """
        INSERT INTO \(identifier: table) (version_id, is_applied) VALUES (\(number)::bigint, true)
        """
      ]
    case .sqlx:
      [
        """
        INSERT INTO \(identifier: table) (version, description, success, checksum, execution_time)
        VALUES (\(number)::bigint, \(description), true,
          pg_catalog.sha384(\(Hexadecimal.text(bytes))::bytea), 0)
        """
      ]
    case .prisma:
      [
        """
        INSERT INTO \(identifier: table) (id, checksum, finished_at, migration_name, started_at,
          applied_steps_count)
        VALUES (pg_catalog.gen_random_uuid()::text,
          pg_catalog.encode(pg_catalog.sha256(\(Hexadecimal.text(bytes))::bytea), 'hex'),
          pg_catalog.clock_timestamp(), \(number), pg_catalog.now(), 1)
        """
      ]
    }
  }

  /// The CRC-32 of the lines without their ends and without a byte order mark, as flyway takes it.
  private var lineChecksum: UInt32 {
    let marked: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = bytes.starts(with: marked) ? bytes.dropFirst(marked.count) : bytes[...]
    var checksum: UInt32 = 0xFFFF_FFFF
    for byte in text where byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\r") {
      checksum ^= UInt32(byte)
      for _ in 0..<8 {
        checksum = checksum & 1 == 1 ? checksum >> 1 ^ 0xEDB8_8320 : checksum >> 1
      }
    }
    return ~checksum
  }
}
