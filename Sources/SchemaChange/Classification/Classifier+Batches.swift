internal import Postgres

extension Classifier {
  /// The verdict on an `UPDATE` of many rows that can be made in batches; `nil` for any other statement.
  func batches(
    _ change: Change, _ operation: OtherOperation, _ conversion: ConversionFacts?
  ) -> Verdict? {
    guard operation.kind == .update, operation.rows?.update != nil, let conversion else {
      return nil
    }
    guard conversion.obstacles.isEmpty else {
      return Verdict(
        change, .offlineOnly, .update,
        RuleID.update.rule.text + ", and cannot be made in batches: "
          + conversion.obstacles.joined(separator: "; "),
        remedy: RuleID.update.rule.advice)
    }
    guard conversion.condition != nil else { return nil }
    return Verdict(
      change, .expandContract(.batchedUpdate), .batchedUpdate,
      "it may change many rows, and would hold the locks of all of them until the end")
  }
}
