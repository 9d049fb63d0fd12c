internal import Postgres

/// The definitions of the three tables.
struct LedgerSchema {
  /// The schema that they are in.
  let schema: String

  var plans: QualifiedName { QualifiedName(schema: schema, name: "djogi_live_plans") }
  var events: QualifiedName { QualifiedName(schema: schema, name: "djogi_live_plan_events") }
  var migrations: QualifiedName { QualifiedName(schema: schema, name: "djogi_schema_migrations") }

  /// A plan's row changes with every chunk: room on its page keeps those changes off the indexes, none of which holds
  /// what a chunk changes.
  var definition: String {
    """
    CREATE TABLE IF NOT EXISTS \(plans) (
      plan_id bigint PRIMARY KEY CHECK (plan_id >= 0),
      slug text NOT NULL,
      plan_file_checksum text NOT NULL,
      classification text NOT NULL CHECK (classification IN (\(words(PlanClassification.self)))),
      status text NOT NULL CHECK (status IN (\(words(PlanStatus.self)))),
      current_step text CHECK (current_step IN (\(words(StepKind.self)))),
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
      ON \(plans) (target_database, status, plan_id);
    CREATE INDEX IF NOT EXISTS djogi_live_plans_slug_idx ON \(plans) (slug, plan_id);
    CREATE TABLE IF NOT EXISTS \(events) (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      plan_id bigint NOT NULL REFERENCES \(plans),
      at timestamptz NOT NULL DEFAULT clock_timestamp(),
      actor text NOT NULL DEFAULT session_user,
      host text NOT NULL,
      pid integer NOT NULL,
      action text NOT NULL,
      step text,
      detail text,
      justification text
    );
    CREATE INDEX IF NOT EXISTS djogi_live_plan_events_plan_id_idx ON \(events) (plan_id, id);
    CREATE TABLE IF NOT EXISTS \(migrations) (
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

  private func words<Word: RawRepresentable & CaseIterable>(_ type: Word.Type) -> String
  where Word.RawValue == String {
    type.allCases.map { Quoting.literal($0.rawValue) }.joined(separator: ", ")
  }
}
