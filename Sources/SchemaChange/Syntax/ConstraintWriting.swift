internal import CPGQuery

extension Node where Message == PgQuery__Constraint {
  /// What `write` makes of the constraint, with `NULLS NOT DISTINCT` and `WITH (…)`, which the library forgets.
  ///
  /// Both are taken off while `write` runs, and put into its text at their places.
  func completing(
    _ write: () throws(GrammarError) -> String
  ) throws(GrammarError) -> String {
    let distinct = self.nulls_not_distinct
    let (options, count) = (pointer.pointee.options, pointer.pointee.n_options)
    set(\.nulls_not_distinct, to: false)
    (pointer.pointee.options, pointer.pointee.n_options) = (nil, 0)
    defer {
      set(\.nulls_not_distinct, to: distinct)
      (pointer.pointee.options, pointer.pointee.n_options) = (options, count)
    }
    let whole = try write()
    guard distinct != 0 || count > 0 else { return whole }
    var head = try withoutEnding(write)
    let ending = try whole.removing(prefix: head)
    if distinct != 0 {
      head = "UNIQUE NULLS NOT DISTINCT" + (try head.removing(prefix: "UNIQUE"))
    }
    guard count > 0 else { return head + ending }
    return head + " " + (try Self.written(options, count)) + ending
  }

  /// The text up to the place of `WITH`.
  private func withoutEnding(
    _ write: () throws(GrammarError) -> String
  ) throws(GrammarError) -> String {
    let (space, deferrable, deferred) = (
      pointer.pointee.indexspace, self.deferrable, self.initdeferred
    )
    pointer.pointee.indexspace = nil
    set(\.deferrable, to: false)
    set(\.initdeferred, to: false)
    defer {
      pointer.pointee.indexspace = space
      set(\.deferrable, to: deferrable)
      set(\.initdeferred, to: deferred)
    }
    return try write()
  }

  /// Storage parameters as `WITH (…)`, written by an index statement that borrows them.
  private static func written(
    _ options: UnsafeMutablePointer<UnsafeMutablePointer<PgQuery__Node>?>?, _ count: Int
  ) throws(GrammarError) -> String {
    let tree = try ParseTree("CREATE INDEX i ON t (c)")
    guard let index = tree.onlyStatement?.as(PgQuery__IndexStmt.self) else { throw .noShell }
    let plain = try tree.deparse()
    (index.pointer.pointee.options, index.pointer.pointee.n_options) = (options, count)
    defer { (index.pointer.pointee.options, index.pointer.pointee.n_options) = (nil, 0) }
    return try tree.deparse().removing(prefix: plain + " ")
  }
}
