/// What became of a text, line by line, as `diff -u` shows it.
enum LineDifference {
  /// How many equal lines are shown around a change.
  private static let context = 3

  private enum Line {
    case same(Substring)
    case removed(Substring)
    case added(Substring)

    var isChange: Bool { if case .same = self { false } else { true } }

    var text: String {
      switch self {
      case .same(let line): "  " + line
      case .removed(let line): "- " + line
      case .added(let line): "+ " + line
      }
    }
  }

  /// The changed lines with those around them; empty for equal texts.
  static func of(_ old: String, _ new: String) -> String {
    guard old != new else { return "" }
    let lines = merge(split(old), split(new))
    let changed = lines.indices.filter { lines[$0].isChange }
    guard !changed.isEmpty else { return "the texts differ in their last line's end" }
    var shown: [String] = []
    var last = -1
    for index in lines.indices
    where changed.contains(where: { abs($0 - index) <= context }) {
      if index != last + 1 { shown.append("@@ line \(index + 1)") }
      shown.append(lines[index].text)
      last = index
    }
    return "\n" + shown.joined(separator: "\n")
  }

  private static func split(_ text: String) -> [Substring] {
    text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  private static func merge(_ old: [Substring], _ new: [Substring]) -> [Line] {
    let change = new.difference(from: old)
    let removed = Set(
      change.removals.map { if case .remove(let offset, _, _) = $0 { offset } else { -1 } })
    let added = Set(
      change.insertions.map { if case .insert(let offset, _, _) = $0 { offset } else { -1 } })
    var lines: [Line] = []
    var (left, right) = (0, 0)
    while left < old.count || right < new.count {
      if removed.contains(left) {
        lines.append(.removed(old[left]))
        left += 1
      } else if added.contains(right) {
        lines.append(.added(new[right]))
        right += 1
      } else {
        lines.append(.same(old[left]))
        left += 1
        right += 1
      }
    }
    return lines
  }
}
