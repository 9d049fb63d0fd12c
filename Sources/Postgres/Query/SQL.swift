/// A statement and the values it binds.
///
/// An interpolated value becomes a parameter, never text: `"select … where id = \(id)"` sends
/// `select … where id = $1`. What PostgreSQL takes no parameter for says what it is:
/// `\(identifier: name)`, `\(literal: text)`, `\(raw: trustedText)`, `\(sql: otherStatement)`.
public struct SQL: Sendable, Hashable {
  enum Segment: Sendable, Hashable {
    case text(String)
    case parameter(SQLParameter)
  }

  var segments: [Segment]

  init(segments: [Segment]) {
    self.segments = segments
  }

  /// Takes text as it is; the caller answers for every character of it.
  public init(raw text: String) {
    segments = [.text(text)]
  }

  /// The statement's text, its parameters numbered from `$1`.
  public var text: String {
    var text = ""
    var number = 0
    for segment in segments {
      switch segment {
      case .text(let part): text += part
      case .parameter:
        number += 1
        text += "$\(number)"
      }
    }
    return text
  }

  /// The bound values, in the order of their numbers.
  public var parameters: [SQLParameter] {
    segments.compactMap { segment in
      guard case .parameter(let parameter) = segment else { return nil }
      return parameter
    }
  }

  /// Joins statements or parts of them, renumbering their parameters.
  public static func + (left: SQL, right: SQL) -> SQL {
    SQL(segments: left.segments + right.segments)
  }
}

extension SQL: CustomStringConvertible {
  /// The text without the values, which may be secret.
  public var description: String { text }
}

extension Sequence where Element == SQL {
  /// Joins the parts, with `separator` between them.
  public func joined(separator: String = ", ") -> SQL {
    var segments: [SQL.Segment] = []
    for part in self {
      if !segments.isEmpty { segments.append(.text(separator)) }
      segments += part.segments
    }
    return SQL(segments: segments)
  }
}
