/// How a transaction comes by the locks of its statements.
enum LockManner {
  /// Each statement takes its own, but for those that must come in one order.
  case asNeeded
  /// All that are known are taken in front.
  case inFront
  /// All are taken in front, and must be free at once: clients of one table do not wait for those of another.
  case inFrontAtOnce
}
