/// Transactions that a file begins and commits itself.
enum ExplicitTransactions {
  /// The places of each `BEGIN` and of the `COMMIT` that ends it, with no other transaction control between them.
  static func frames(_ statements: [SessionStatement?]) -> [ClosedRange<Int>] {
    var frames: [ClosedRange<Int>] = []
    var begin: Int?
    for (index, statement) in statements.enumerated() {
      switch statement {
      case .begin: begin = index
      case .commit:
        if let begin { frames.append(begin...index) }
        begin = nil
      case .otherTransactionControl: begin = nil
      case .set, nil: break
      }
    }
    return frames
  }
}
