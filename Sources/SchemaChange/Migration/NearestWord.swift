/// Finds the word that a misspelt one was probably meant to be.
package enum NearestWord {
  /// The nearest of `candidates`; `nil` when none is near, or two are equally so.
  package static func of(_ word: String, among candidates: [String]) -> String? {
    guard word.utf8.count <= 40 else { return nil }
    let begun = candidates.filter { word.count >= 3 && $0.hasPrefix(word) }
    if begun.count == 1 { return begun[0] }
    let limit = max(1, word.utf8.count / 3)
    let measured = candidates.map { (word: $0, distance: distance(word, $0)) }
      .filter { $0.distance <= limit && $0.distance < word.utf8.count }
      .sorted { $0.distance < $1.distance }
    guard let best = measured.first else { return nil }
    return measured.dropFirst().first?.distance == best.distance ? nil : best.word
  }

  /// How many letters must be put in, left out, changed or swapped with their neighbour.
  package static func distance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left.lowercased().utf8), Array(right.lowercased().utf8))
    var rows = [Array(0...right.count)]
    for row in 1..<(left.count + 1) {
      var current = [row]
      for column in 1..<(right.count + 1) {
        let isEqual = left[row - 1] == right[column - 1]
        var best = min(
          rows[row - 1][column - 1] + (isEqual ? 0 : 1), rows[row - 1][column] + 1,
          current[column - 1] + 1)
        if row > 1, column > 1, left[row - 1] == right[column - 2],
          left[row - 2] == right[column - 1]
        {
          best = min(best, rows[row - 2][column - 2] + 1)
        }
        current.append(best)
      }
      rows.append(current)
    }
    return rows[left.count][right.count]
  }
}
