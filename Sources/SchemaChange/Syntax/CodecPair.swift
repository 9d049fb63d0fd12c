internal import CGrammar
public import Postgres

/// Two functions that change a column's stored encoding: the first reads the old one, the second writes the new one.
public struct CodecPair: Sendable, Hashable {
  /// The function that reads what is stored, as written.
  public var from: QualifiedName
  /// The function that writes what is to be stored, as written.
  public var to: QualifiedName

  /// Names a pair.
  public init(from: QualifiedName, to: QualifiedName) {
    self.from = from
    self.to = to
  }

  /// Recognises `to(from(column))`, where every further argument is a constant, such as a key's number.
  public init?(_ expression: String, of column: String) {
    guard let parsed = try? SQLExpression.Parsed(expression),
      let outer = parsed.root[pg_query_Node_func_call],
      let inner = outer.onlyVariable?[pg_query_Node_func_call],
      inner.onlyVariable?[pg_query_Node_column_ref]?.column == column,
      let to = outer.functionName, let from = inner.functionName
    else { return nil }
    self.init(from: from, to: to)
  }
}

extension Node where Message == pg_query_FuncCall {
  fileprivate var functionName: QualifiedName? {
    let parts = self[pg_query_FuncCall_funcname].strings
    return parts.last.map { QualifiedName(schema: parts.dropLast().last, name: $0) }
  }

  /// The one argument that is no constant, without the casts around it; `nil` where there is not just one.
  fileprivate var onlyVariable: Node<pg_query_Node>? {
    let variable = self[pg_query_FuncCall_args].map(\.withoutCasts).filter {
      $0[pg_query_Node_a_const] == nil
    }
    return variable.count == 1 ? variable.first : nil
  }
}

extension Node where Message == pg_query_Node {
  /// The expression inside casts.
  var withoutCasts: Node<pg_query_Node> {
    self[pg_query_Node_type_cast]?[pg_query_TypeCast_arg]?.withoutCasts ?? self
  }
}
