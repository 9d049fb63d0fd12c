internal import Postgres
internal import SchemaChange

/// The identity of a column, on the column that takes its place: the same sequence but for its width, with the options
/// that it has by then.
struct CarriedIdentity: Sendable {
  let table: QualifiedName
  let legacy: String
  let shadow: String
  /// The kind that the migration gives it; `nil` where it stays as it is.
  let kind: AddColumn.IdentityKind?
  /// The new column's type, which the sequence takes over.
  let type: String
  /// The new sequence's name until the old one is gone.
  let own: QualifiedName

  private var setting: String { Quoting.literal("djogi." + own.name) }

  /// Gives the shadow an identity of its own while the legacy's sequence is still there to tell its position.
  ///
  /// A change of the old sequence, to what it is, locks it against `nextval`, which `LOCK TABLE` cannot (manual, ALTER
  /// SEQUENCE): who has taken a number may take more until it ends, and the position counts once it has. A bound that
  /// was the old type's becomes the new type's (manual, ALTER SEQUENCE, AS data_type).
  var prepare: String {
    let kind =
      switch kind {
      case .always: "'ALWAYS'"
      case .byDefault: "'BY DEFAULT'"
      case nil: "CASE found.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END"
      }
    let ownName = Quoting.literal(own.quoted)
    return CatalogueBlock.statement(
      declaring: ["found record", "item record", "lowest bigint", "highest bigint"],
      """
        SELECT s.*, a.attidentity, s.seqrelid::regclass AS name, c.relname, c.relacl INTO found
        FROM pg_attribute AS a JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'
            AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.classid = 'pg_class'::regclass
          JOIN pg_sequence AS s ON s.seqrelid = d.objid JOIN pg_class AS c ON c.oid = s.seqrelid
        WHERE a.attrelid = \(CatalogueBlock.relation(table)) AND a.attname = \(Quoting.literal(legacy))
          AND a.attidentity <> '';
        IF found.seqrelid IS NOT NULL THEN
          EXECUTE format('ALTER SEQUENCE %s CACHE %s', found.name, found.seqcache);
          SELECT s.*, a.attidentity, s.seqrelid::regclass AS name, c.relname, c.relacl INTO found
          FROM pg_sequence AS s JOIN pg_class AS c ON c.oid = s.seqrelid, pg_attribute AS a
          WHERE s.seqrelid = found.seqrelid AND a.attrelid = \(CatalogueBlock.relation(table))
            AND a.attname = \(Quoting.literal(legacy));
          lowest := CASE
            WHEN found.seqmin <> (CASE format_type(found.seqtypid, NULL) WHEN 'smallint' THEN -32768
              WHEN 'integer' THEN -2147483648 ELSE -9223372036854775808 END) THEN found.seqmin
            WHEN found.seqincrement > 0 THEN 1
            ELSE \(Self.lowest[type, default: "-9223372036854775808"]) END;
          highest := CASE
            WHEN found.seqmax <> (CASE format_type(found.seqtypid, NULL) WHEN 'smallint' THEN 32767
              WHEN 'integer' THEN 2147483647 ELSE 9223372036854775807 END) THEN found.seqmax
            WHEN found.seqincrement > 0 THEN \(Self.highest[type, default: "9223372036854775807"])
            ELSE -1 END;
          EXECUTE format('ALTER TABLE \(escaped(table.quoted)) ALTER COLUMN %I ADD GENERATED %s AS IDENTITY (SEQUENCE NAME '
            || '\(escaped(own.quoted)) START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s %s)',
            \(Quoting.literal(shadow)), \(kind), found.seqstart, found.seqincrement, lowest, highest, found.seqcache,
            CASE WHEN found.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END);
          EXECUTE format('SELECT setval(%L, last_value, is_called) FROM %s', \(ownName), found.name);
          EXECUTE format('COMMENT ON SEQUENCE \(escaped(own.quoted)) IS %L', obj_description(found.seqrelid, 'pg_class'));
          FOR item IN SELECT DISTINCT given.grantee FROM pg_class AS c, aclexplode(c.relacl) AS given
            WHERE c.oid = \(ownName)::regclass AND given.grantee <> c.relowner
          LOOP
            EXECUTE format('REVOKE ALL ON SEQUENCE \(escaped(own.quoted)) FROM %s',
              CASE item.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(item.grantee)) END);
          END LOOP;
          FOR item IN SELECT given.* FROM aclexplode(found.relacl) AS given
          LOOP
            EXECUTE format('GRANT %s ON SEQUENCE \(escaped(own.quoted)) TO %s%s', item.privilege_type,
              CASE item.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(item.grantee)) END,
              CASE WHEN item.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);
          END LOOP;
          PERFORM set_config(\(setting), found.relname, true);
        END IF;
      """)
  }

  /// Gives the new sequence the old one's name, once that is gone.
  var takeName: String {
    CatalogueBlock.statement(
      declaring: [],
      """
        IF to_regclass(\(Quoting.literal(own.quoted))) IS NOT NULL THEN
          EXECUTE format('ALTER SEQUENCE \(escaped(own.quoted)) RENAME TO %I', current_setting(\(setting)));
        END IF;
      """)
  }

  /// A name inside a format string.
  private func escaped(_ name: String) -> String {
    name.replacing("'", with: "''").replacing("%", with: "%%")
  }

  private static let lowest = ["smallint": "-32768", "integer": "-2147483648"]
  private static let highest = ["smallint": "32767", "integer": "2147483647"]
}
