internal import Postgres
internal import SchemaChange

/// A view that shows a table in its new shape and under its final name, before the table has it.
///
/// Clients that find the view's schema first in their `search_path` read and write through it. It is simple enough for
/// the server to update by itself (manual, CREATE VIEW, "Updatable Views").
struct ShapeView: Sendable {
  /// The table as it is.
  let facts: TableFacts
  /// What it is called in the end.
  var name: QualifiedName
  /// The columns that the view leaves out.
  private var hidden: Set<String> = []
  /// From the columns' present names to their final ones, where these differ.
  private var renamed: [String: String] = [:]
  /// What a column that the statement does not name gets, by its final name.
  private var defaults: [String: String] = [:]

  init(facts: TableFacts) {
    self.facts = facts
    name = facts.name
  }

  /// Whether the table ends in another shape than it has.
  var isChanged: Bool { !hidden.isEmpty || !renamed.isEmpty || name != facts.name }

  /// Whether a migration calls the table so, where it has come to.
  func isNamed(_ other: QualifiedName) -> Bool {
    other.name == name.name && (other.schema == nil || other.schema == name.schema)
  }

  // MARK: - Following a migration

  /// What a column is called now, by the name that it has where the migration has come to.
  func present(_ column: String) -> String {
    renamed.first { $0.value == column }?.key ?? column
  }

  mutating func rename(_ column: String, to new: String) {
    renamed[present(column)] = new
    if let given = defaults.removeValue(forKey: column) { defaults[new] = given }
  }

  mutating func drop(_ column: String) {
    let present = present(column)
    hidden.insert(present)
    renamed[present] = nil
  }

  mutating func replace(_ column: String, by shadow: String) {
    hidden.insert(column)
    renamed[shadow] = column
  }

  /// Only a column that is replaced: any other has its default when clients come.
  mutating func setDefault(of column: String, to expression: String) {
    if renamed[present(column)] == column { defaults[column] = expression }
  }

  // MARK: - The view

  /// The view's own name.
  func view(_ shape: NewShape) -> QualifiedName {
    QualifiedName(schema: shape.schema(of: name), name: name.name)
  }

  private static func array(_ values: [String]) -> String {
    "ARRAY[" + values.map(Quoting.literal).joined(separator: ", ") + "]::text[]"
  }

  /// The table's columns that the view shows, with their final names, as the catalogue has them then.
  private var listed: String {
    let pairs = renamed.sorted { $0.key < $1.key }
    return """
      pg_attribute AS a LEFT JOIN unnest(\(Self.array(pairs.map(\.key))), \(Self.array(pairs.map(\.value))))
        AS named (present, final) ON named.present = a.attname::text
      WHERE a.attrelid = \(CatalogueBlock.relation(facts.name)) AND a.attnum > 0 AND NOT a.attisdropped
        AND a.attname::text <> ALL (\(Self.array(hidden.sorted())))
      """
  }

  /// Makes the view; clients get their rights on it with the gates' words.
  ///
  /// It works with the rights of the client that uses it, row security among them, since version 15 of the server.
  func creation(_ shape: NewShape) -> [String] {
    let view = view(shape)
    let make = CatalogueBlock.statement(
      declaring: ["listing text"],
      """
        SELECT string_agg(format('%I AS %I', a.attname, coalesce(named.final, a.attname::text)), ', ' ORDER BY a.attnum)
          INTO listing FROM \(listed);
        EXECUTE format('CREATE VIEW %s%s AS SELECT %s FROM %s', \(Quoting.literal(view.quoted)),
          CASE WHEN current_setting('server_version_num')::int >= 150000 THEN ' WITH (security_invoker = true)' ELSE '' END,
          listing, \(Quoting.literal(facts.name.quoted)));
      """)
    return [make, "ALTER VIEW \(view) OWNER TO \(Quoting.identifier(facts.owner))"]
      + defaults.sorted { $0.key < $1.key }.map { column, expression in
        "ALTER VIEW \(view) ALTER COLUMN \(Quoting.identifier(column)) SET DEFAULT \(expression)"
      }
  }

  /// Gives clients those rights on the view that they have on the table and its columns.
  func grants(_ privileges: [String], _ shape: NewShape) -> String {
    let view = view(shape)
    return CatalogueBlock.statement(
      declaring: ["item record"],
      """
        FOR item IN
          SELECT given.privilege_type, given.is_grantable, '' AS columns,
            CASE given.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(given.grantee)) END AS role
          FROM pg_class AS c, aclexplode(c.relacl) AS given
          WHERE c.oid = \(CatalogueBlock.relation(facts.name)) AND given.grantee <> c.relowner
          UNION ALL
          SELECT given.privilege_type, given.is_grantable, format(' (%I)', shown.final),
            CASE given.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(given.grantee)) END
          FROM (SELECT a.attacl, coalesce(named.final, a.attname::text) AS final FROM \(listed)) AS shown,
            aclexplode(shown.attacl) AS given
        LOOP
          CONTINUE WHEN item.privilege_type <> ALL (\(Self.array(privileges)));
          EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', \(Quoting.literal(view.schema ?? "")), item.role);
          EXECUTE format('GRANT %s%s ON %s TO %s%s', item.privilege_type, item.columns,
            \(Quoting.literal(view.quoted)), item.role,
            CASE WHEN item.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END);
        END LOOP;
      """)
  }

  /// The statement that drops the view, which does nothing where there is none.
  func removal(_ shape: NewShape) -> String { "DROP VIEW IF EXISTS \(view(shape))" }

  /// Drops the schema of views, unless something else is in it by then, or another role that drove the plan made it: an
  /// empty schema does no harm.
  static func removal(ofSchema schema: String) -> String {
    CatalogueBlock.statement(
      declaring: [],
      """
        IF to_regnamespace(\(Quoting.literal(Quoting.identifier(schema)))) IS NOT NULL THEN
          BEGIN
            EXECUTE \(Quoting.literal("DROP SCHEMA " + Quoting.identifier(schema)));
          EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN
            NULL;
          END;
        END IF;
      """)
  }
}

extension [ShapeView] {
  /// What the views show, for the plan.
  func shown(_ shape: NewShape) -> [ShownTable] {
    map { ShownTable(view: $0.view(shape), table: $0.name) }
  }

  /// The schemas of the views, each with the roles that own a view in it.
  private func schemas(_ shape: NewShape) -> [(name: String, owners: [String])] {
    var schemas: [(name: String, owners: [String])] = []
    for view in self {
      let name = shape.schema(of: view.name)
      if let index = schemas.firstIndex(where: { $0.name == name }) {
        if !schemas[index].owners.contains(view.facts.owner) {
          schemas[index].owners.append(view.facts.owner)
        }
      } else {
        schemas.append((name, [view.facts.owner]))
      }
    }
    return schemas
  }

  /// The transaction that makes the views and their schemas.
  ///
  /// Clients have such a schema in front of all others: who could make something in it would give other names a
  /// meaning too. An owner of a table gets a view there, which takes the right to make one, and nothing else.
  func creation(_ shape: NewShape) -> Segment {
    let schemas = schemas(shape)
    func owners(_ verb: String, _ preposition: String) -> [String] {
      schemas.flatMap { schema in
        schema.owners.map { owner in
          IfThere.run(
            "\(verb) CREATE ON SCHEMA \(Quoting.identifier(schema.name)) \(preposition) \(Quoting.identifier(owner))",
            when: ["current_user OPERATOR(pg_catalog.<>) \(Quoting.literal(owner))::name"])
        }
      }
    }
    let made = schemas.flatMap { schema in
      let name = Quoting.identifier(schema.name)
      return ["CREATE SCHEMA \(name)"]
        + schema.owners.map { "GRANT USAGE ON SCHEMA \(name) TO \(Quoting.identifier($0))" }
    }
    return .transaction(
      "make views of the new shape",
      made + owners("GRANT", "TO") + flatMap { $0.creation(shape) } + owners("REVOKE", "FROM"),
      undo: map { $0.removal(shape) } + removals(ofSchemas: shape))
  }

  /// Drops the schemas.
  func removals(ofSchemas shape: NewShape) -> [String] {
    schemas(shape).map(\.name).map(ShapeView.removal(ofSchema:))
  }
}
