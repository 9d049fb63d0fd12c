internal import Postgres

/// A gate's question before anything is done.
///
/// A constraint that is added unchecked binds clients at once: a row that does not satisfy it could not even be changed
/// in another column. So the rows are looked at first; where one stands in the way, nothing was done yet.
struct FirstLook: Sendable {
  let gate: GateQuery

  /// Raises an error with the offending rows' keys.
  var segment: Segment {
    .transaction("look first: \(gate.name)", ["DO \(Quoting.literal(body))"])
  }

  /// The names in the question are looked up as the migration's own.
  private var body: String {
    """
    DECLARE
      djogi_found text;
    BEGIN
      SELECT pg_catalog.string_agg(djogi_offender.name, '; ') INTO djogi_found
        FROM (\(gate.sample ?? gate.query)) AS djogi_offender (name);
      IF djogi_found IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'check_violation',
          MESSAGE = pg_catalog.concat('rows stand in the way of ', \(Quoting.literal(gate.name)), ': ', djogi_found),
          HINT = 'Nothing was done yet, and clients are not bound.';
      END IF;
    END
    """
  }
}
