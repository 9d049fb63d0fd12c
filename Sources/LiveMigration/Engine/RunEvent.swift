public import Postgres

/// Something that happens while a plan is driven.
public enum RunEvent: Sendable {
  /// A drive begins, before its first step.
  case began(RunOutline)
  case stepStarted(PlanID, StepKind, ordinal: Int, of: Int)
  case segment(PlanID, purpose: String)
  case backfill(PlanID, BackfillProgress)
  case gate(PlanID, GateProgress)
  case retrying(PlanID, attempt: Int, limit: Int, delay: Duration, PostgresError, [Blocker])
  case waiting(PlanID, String)
  case gateReached(PlanID, Gate, [GateOutcome])
  case reconnected(PlanID)
  case notice(PlanID, String)
  /// What goes on, told again from time to time, so that a log that begins in the middle is understood.
  case reminder(RunReminder)
  /// Events that a ``RunEventBuffer`` left out because they were not taken in time.
  case omitted(Int)
}

/// Takes events as they happen, also inside a transaction.
///
/// It must return at once: while it runs, locks of the plan's session are held. ``RunEventBuffer/observe(_:)`` is such a
/// function; what writes to a terminal is none.
public typealias RunObserver = @Sendable (RunEvent) -> Void
