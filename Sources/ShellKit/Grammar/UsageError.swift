/// A command line that is not of the grammar.
struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong, in a sentence without a full stop.
  var message: String
  /// What was probably meant.
  var suggestion: String?
  /// The command whose help says more; `nil` for the program's.
  var command: String?
  /// The word that is wrong, for pointing at it.
  var word: String?

  var description: String {
    suggestion.map { "\(message); did you mean '\($0)'?" } ?? message
  }

  /// Where the right form is written down.
  var advice: String { command.map { "help \($0)" } ?? "help" }
}
