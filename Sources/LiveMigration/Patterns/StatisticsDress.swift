internal import Postgres
internal import SchemaChange

/// An extended statistics object over a replaced column, made again once the columns have changed places.
///
/// Dropping a column drops it, and a definition has no other column in the column's place; so the definition is noted
/// before, as it then is.
struct StatisticsDress: Sendable {
  let name: QualifiedName
  /// A name of the plan's own, which makes the setting's in which it is noted.
  let own: String

  private var setting: String { Quoting.literal("djogi." + own) }

  /// Notes the definition; nothing where somebody has dropped the object.
  var remember: String {
    CatalogueBlock.statement(
      declaring: [],
      """
        PERFORM set_config(\(setting), coalesce((SELECT json_build_object('definition',
            pg_get_statisticsobjdef(s.oid), 'target', nullif(s.stxstattarget, -1), 'comment',
            obj_description(s.oid, 'pg_statistic_ext'))::text
          FROM pg_statistic_ext AS s JOIN pg_namespace AS n ON n.oid = s.stxnamespace
          WHERE n.nspname = \(Quoting.literal(name.schema ?? ""))
            AND s.stxname = \(Quoting.literal(name.name))), ''), true);
      """)
  }

  /// Makes it again.
  var again: String {
    CatalogueBlock.statement(
      declaring: ["noted json := nullif(pg_catalog.current_setting(\(setting), true), '')"],
      """
        IF noted IS NOT NULL THEN
          -- Over one column or expression it may survive the drop of the legacy column.
          DROP STATISTICS IF EXISTS \(name);
          EXECUTE noted ->> 'definition';
          IF noted ->> 'target' IS NOT NULL THEN
            EXECUTE format('ALTER STATISTICS %s SET STATISTICS %s', \(Quoting.literal(name.quoted)), noted ->> 'target');
          END IF;
          EXECUTE format('COMMENT ON STATISTICS %s IS %L', \(Quoting.literal(name.quoted)), noted ->> 'comment');
        END IF;
      """)
  }
}
