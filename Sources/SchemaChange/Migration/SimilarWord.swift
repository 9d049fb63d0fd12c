/// Finds the word that a misspelt one stands for.
package enum SimilarWord {
  /// The nearest of `candidates`, when it is near enough to be meant.
  package static func nearest(to word: String, among candidates: [String]) -> String? {
    // Beyond this no mistake makes a word of another, and the table below stays small.
    guard word.utf8.count <= 100 else { return nil }
    let limit = max(2, word.utf8.count / 3)
    let measured = candidates.map { (word: $0, distance: distance($0, word)) }
    guard let best = measured.min(by: { $0.distance < $1.distance }), best.distance <= limit,
      best.distance < word.utf8.count
    else { return nil }
    return best.word
  }

  /// How many letters must be put in, left out or changed to make one word of the other.
  package static func distance(_ left: String, _ right: String) -> Int {
    let right = Array(right.lowercased().utf8)
    var row = Array(0...right.count)
    for (above, letter) in left.lowercased().utf8.enumerated() {
      var diagonal = above
      row[0] = above + 1
      for (column, other) in right.enumerated() {
        let changed = diagonal + (letter == other ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(changed, diagonal + 1, row[column] + 1)
      }
    }
    return row[right.count]
  }
}
