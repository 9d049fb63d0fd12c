internal import Postgres

/// The names of the ledger's tables.
///
/// - `djogi_ledger` has one row: the version of the other tables. Tables without it are of version 1.
/// - `djogi_live_plans` has a row for each plan: where it stands, and a copy of its file.
/// - `djogi_live_plan_events` is the audit trail.
/// - `djogi_schema_migrations` has a row for each migration that was applied.
struct LedgerSchema {
  /// The schema that they are in.
  let schema: String

  var ledger: QualifiedName { QualifiedName(schema: schema, name: "djogi_ledger") }
  /// The names of all tables of ours.
  static let tables = [
    "djogi_ledger", "djogi_live_plans", "djogi_live_plan_events", "djogi_schema_migrations",
  ]

  var plans: QualifiedName { QualifiedName(schema: schema, name: "djogi_live_plans") }
  var events: QualifiedName { QualifiedName(schema: schema, name: "djogi_live_plan_events") }
  var migrations: QualifiedName { QualifiedName(schema: schema, name: "djogi_schema_migrations") }

  var all: [QualifiedName] { [ledger, plans, events, migrations] }
}

/// A version of the ledger's tables.
///
/// Each version but the last is history: its statements never change again, so that the tables of every database come
/// to the same end, whichever version they began with.
enum LedgerVersion: Int, CaseIterable, Comparable {
  /// Plans, events and migrations; without a number.
  case first = 1
  /// The number, a copy of the plan in its row, and how far a plan is reverted.
  case planCopies
  /// Until when a plan keeps the old shape after its swap.
  case keptShapes
  /// Which user of its machine ran the program: many roles are shared.
  case programUsers

  /// The version that this program makes, reads and writes.
  static let current = Self.programUsers

  static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

  /// The versions after this one, in order; all of them for tables that do not exist.
  static func after(_ version: Self?) -> [Self] {
    guard let version else { return allCases }
    return allCases.filter { $0 > version }
  }

  /// The statements that lead here from the version before.
  func statements(_ tables: LedgerSchema) -> String {
    switch self {
    case .first: Self.first(tables)
    case .planCopies: Self.planCopies(tables)
    case .keptShapes: Self.keptShapes(tables)
    case .programUsers: "ALTER TABLE \(tables.events) ADD COLUMN os_user text"
    }
  }

  /// A plan's row changes with every chunk: room on its page keeps those changes off the indexes, none of which holds
  /// what a chunk changes.
  private static func first(_ tables: LedgerSchema) -> String {
    """
    CREATE TABLE IF NOT EXISTS \(tables.plans) (
      plan_id bigint PRIMARY KEY CHECK (plan_id >= 0),
      slug text NOT NULL,
      plan_file_checksum text NOT NULL,
      classification text NOT NULL CHECK (classification IN ('expand_contract')),
      status text NOT NULL CHECK (status IN ('pending', 'running', 'paused', 'validating', 'cutover',
        'finalizing', 'complete', 'abandoned', 'failed')),
      current_step text CHECK (current_step IN ('expand_schema', 'begin_compatibility_window',
        'backfill_chunked', 'validate_backfill', 'cutover_reads', 'cutover_writes',
        'finalize_constraints', 'cleanup_legacy_state', 'run_reversible_schema_op')),
      current_step_index integer NOT NULL DEFAULT 0 CHECK (current_step_index >= 0),
      segment_index integer NOT NULL DEFAULT 0 CHECK (segment_index >= 0),
      backfill_rows_done bigint NOT NULL DEFAULT 0,
      backfill_rows_total bigint,
      started_at timestamptz,
      last_progress_at timestamptz,
      completed_at timestamptz,
      last_error text,
      originating_migration text NOT NULL,
      target_database text NOT NULL,
      app_label text NOT NULL,
      claimed_by_pid integer,
      claimed_by_host text,
      claimed_at timestamptz,
      pause_requested boolean NOT NULL DEFAULT false,
      backfill_cursor jsonb,
      backfill_state jsonb,
      tuning jsonb,
      created_at timestamptz NOT NULL DEFAULT now()
    ) WITH (fillfactor = 50);
    CREATE INDEX IF NOT EXISTS djogi_live_plans_status_idx
      ON \(tables.plans) (target_database, status, plan_id);
    CREATE INDEX IF NOT EXISTS djogi_live_plans_slug_idx ON \(tables.plans) (slug, plan_id);
    CREATE TABLE IF NOT EXISTS \(tables.events) (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      plan_id bigint NOT NULL REFERENCES \(tables.plans),
      at timestamptz NOT NULL DEFAULT clock_timestamp(),
      actor text NOT NULL DEFAULT session_user,
      host text NOT NULL,
      pid integer NOT NULL,
      action text NOT NULL,
      step text,
      detail text,
      justification text
    );
    CREATE INDEX IF NOT EXISTS djogi_live_plan_events_plan_id_idx
      ON \(tables.events) (plan_id, id);
    CREATE TABLE IF NOT EXISTS \(tables.migrations) (
      version text NOT NULL,
      app_label text NOT NULL,
      applied_at_rank bigint GENERATED ALWAYS AS IDENTITY,
      checksum_up text NOT NULL,
      checksum_down text,
      description text NOT NULL,
      success boolean NOT NULL,
      statements_done integer NOT NULL DEFAULT 0,
      applied_at timestamptz NOT NULL DEFAULT now(),
      justification text,
      PRIMARY KEY (version, app_label)
    );
    """
  }

  /// The copy is kept out of the row's page, which every chunk writes anew.
  ///
  /// How far a plan is reverted was told by its
  /// audit trail alone before; a revert that was given up by `abandon` is none.
  private static func planCopies(_ tables: LedgerSchema) -> String {
    """
    ALTER TABLE \(tables.plans)
      ADD COLUMN plan_copy bytea,
      ADD COLUMN revert_state text CHECK (revert_state IN ('begun', 'done'));
    ALTER TABLE \(tables.plans) ALTER COLUMN plan_copy SET STORAGE EXTERNAL;
    UPDATE \(tables.plans) AS plan
      SET revert_state = CASE last.action WHEN 'reverting' THEN 'begun' ELSE 'done' END
      FROM (SELECT DISTINCT ON (plan_id) plan_id, action FROM \(tables.events)
        WHERE action IN ('reverting', 'reverted', 'abandoned') ORDER BY plan_id, id DESC) AS last
      WHERE last.plan_id = plan.plan_id AND plan.status = 'abandoned'
        AND last.action IN ('reverting', 'reverted');
    CREATE TABLE \(tables.ledger) (
      is_only_row boolean PRIMARY KEY DEFAULT true CHECK (is_only_row),
      version integer NOT NULL CHECK (version > 0),
      upgraded_at timestamptz NOT NULL DEFAULT now()
    );
    INSERT INTO \(tables.ledger) (version) VALUES (1);
    GRANT SELECT ON \(tables.ledger) TO PUBLIC;
    """
  }

  private static func keptShapes(_ tables: LedgerSchema) -> String {
    """
    ALTER TABLE \(tables.plans)
      ADD COLUMN kept_until timestamptz,
      ADD COLUMN retires_unattended boolean NOT NULL DEFAULT false;
    """
  }
}
