import Foundation

/// Cases of a parameterised test that a run chooses by name: `DJOGI_CASE=numbers,texts`.
///
/// Without the variable every case runs. A name that no test has chooses nothing, in no test.
public enum NamedCases {
  private static let chosen = ProcessInfo.processInfo.environment["DJOGI_CASE"].map {
    Set($0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) })
  }

  /// Whether this run chooses cases by name.
  public static var areChosen: Bool { chosen != nil }

  /// Those of some cases that this run is to take.
  public static func of<Case>(_ cases: [Case], name: (Case) -> String) -> [Case] {
    guard let chosen else { return cases }
    return cases.filter { chosen.contains(name($0)) }
  }
}
