/// Transactions that a file begins and commits itself.
enum ExplicitTransactions {
  /// What a statement does to the transaction.
  enum Control {
    case begin, commit
    /// A savepoint, a rollback, and the like.
    case other
  }

  /// The places of each `BEGIN` and of the `COMMIT` that ends it, with no other transaction control between them.
  static func frames(_ statements: [Control?]) -> [ClosedRange<Int>] {
    var frames: [ClosedRange<Int>] = []
    var begin: Int?
    for (index, statement) in statements.enumerated() {
      switch statement {
      case .begin: begin = index
      case .commit:
        if let begin { frames.append(begin...index) }
        begin = nil
      case .other: begin = nil
      case nil: break
      }
    }
    return frames
  }
}

extension OtherOperation {
  /// What it does to the transaction; `nil` where it does nothing.
  var control: ExplicitTransactions.Control? {
    guard kind == .transactionControl else { return nil }
    return switch session {
    case .begin: .begin
    case .commit: .commit
    default: .other
    }
  }
}
