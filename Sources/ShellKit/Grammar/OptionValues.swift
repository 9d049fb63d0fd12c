public import ArgumentParser
public import LiveMigration

extension TargetDatabase: ExpressibleByArgument {}
extension PlanStatus: ExpressibleByArgument {}
extension ColourChoice: ExpressibleByArgument {}
extension OutputFormat: ExpressibleByArgument {}

/// A gate that `--approve` can name: all but the one that `finalize` passes.
struct ApprovableGate: Hashable, Sendable, ExpressibleByArgument {
  let gate: Gate

  init?(argument: String) {
    guard let gate = Gate(rawValue: argument), Gate.approvable.contains(gate) else { return nil }
    self.gate = gate
  }

  static var allValueStrings: [String] { Gate.approvable.map(\.rawValue) }
  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

/// A duration as it is typed: `2s`, `15min`.
struct DurationOption: Hashable, Sendable {
  let duration: Duration

  /// The forms, for help.
  static let forms = "digits and ms, s, m, min, h or d"

  /// Reads a value of an option; the error names the forms, and what holds without the option.
  static func reading(
    default usual: String
  ) -> @Sendable (String) throws -> DurationOption {
    { text in
      do {
        return DurationOption(duration: try DurationWord.parse(text))
      } catch {
        throw ValidationError("\(error); without it \(usual)")
      }
    }
  }
}

/// A number that counts something: 1 or more.
struct PositiveNumber: Hashable, Sendable, ExpressibleByArgument {
  let value: Int

  init?(argument: String) {
    guard let value = Int(argument), value > 0 else { return nil }
    self.value = value
  }
}
