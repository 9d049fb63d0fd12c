/// A gate's question before anything is done.
///
/// A constraint that is added unchecked binds clients at once: a row that does not satisfy it could not even be changed
/// in another column. So the rows are looked at first; where one stands in the way, nothing was done yet.
struct FirstLook: Sendable {
  let gate: GateQuery

  /// Comes before the segment that adds the constraint.
  var segment: Segment { Segment(purpose: "look first: \(gate.name)", work: .ask(gate: gate)) }
}
