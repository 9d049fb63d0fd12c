/// A bar that fills from the left.
struct ProgressBar: Hashable, Sendable {
  enum Characters: Hashable, Sendable {
    /// Blocks in steps of an eighth of a column.
    case utf8
    /// `[####....]`.
    case ascii
  }

  var characters = Characters.utf8

  /// The bar for a part of a whole, just `width` columns wide.
  ///
  /// It is full only when all is done, whatever rounding would say.
  func text(_ fraction: Double, width: Int) -> String {
    let part = fraction.isFinite ? min(max(fraction, 0), 1) : 0
    return switch characters {
    case .utf8: blocks(part, width: max(width, 0))
    case .ascii: signs(part, width: max(width, 0))
    }
  }

  private func blocks(_ part: Double, width: Int) -> String {
    let eighths = Int((part * Double(width * 8)).rounded(.down))
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
    let bar = String(repeating: "█", count: eighths / 8) + partial
    return bar + String(repeating: "░", count: width - bar.count)
  }

  private func signs(_ part: Double, width: Int) -> String {
    guard width > 2 else { return String(repeating: part >= 1 ? "#" : ".", count: width) }
    let full = Int((part * Double(width - 2)).rounded(.down))
    let rest = width - 2 - full
    return "[" + String(repeating: "#", count: full) + String(repeating: ".", count: rest) + "]"
  }
}
