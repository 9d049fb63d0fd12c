internal import Postgres

extension Classifier {
  /// The verdict on a write of many rows that can be made in batches; `nil` for any other statement.
  func batches(
    _ change: Change, _ operation: OtherOperation, _ conversion: ConversionFacts?
  ) -> Verdict? {
    guard let conversion, let (pattern, rule, refusal) = operation.kind.batches else { return nil }
    guard conversion.obstacles.isEmpty else {
      return Verdict(
        change, .offlineOnly, refusal,
        refusal.rule.text + ", and cannot be made in batches: "
          + conversion.obstacles.joined(separator: "; "),
        remedy: conversion.isHelpedByOnce
          ? "write -- djogi:once above it if the rows and values of the start will do, whatever clients write meanwhile"
          : refusal.rule.advice)
    }
    guard conversion.condition != nil || conversion.batches != nil else { return nil }
    let many =
      operation.kind == .insertSelect
      ? "it may write many rows, and would keep one transaction open until the end"
      : "it may change many rows, and would hold the locks of all of them until the end"
    return Verdict(change, .expandContract(pattern), rule, many)
  }
}

extension StatementKind {
  /// How batches of such a statement are called, and its refusal.
  fileprivate var batches: (PatternKind, RuleID, RuleID)? {
    switch self {
    case .update: (.batchedUpdate, .batchedUpdate, .update)
    case .delete: (.batchedDelete, .batchedDelete, .delete)
    case .insertSelect: (.batchedInsert, .batchedInsert, .insertSelect)
    default: nil
    }
  }
}
