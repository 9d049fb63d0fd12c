import CLibPQ

/// What is sent to the server in one go.
enum Request {
  /// Statements in the simple protocol: all of them, until one fails.
  case script(String)
  /// One statement with its values.
  case statement(String, [SQLParameter])
  /// A statement to be prepared under a name.
  case preparation(name: String, String, [SQLParameter])
  /// A prepared statement with its values; its text only for messages.
  case prepared(name: String, String, [SQLParameter])

  var text: String {
    switch self {
    case .script(let text), .statement(let text, _), .preparation(_, let text, _),
      .prepared(_, let text, _):
      text
    }
  }

  private var parameters: [SQLParameter] {
    switch self {
    case .script, .preparation: []
    case .statement(_, let parameters), .prepared(_, _, let parameters): parameters
    }
  }

  /// A Boolean value telling whether C would cut a text short.
  var holdsNUL: Bool {
    text.utf8.contains(0) || parameters.contains { $0.text?.utf8.contains(0) == true }
  }

  /// Hands the request to libpq; `false` when it refuses.
  func send(on connection: OpaquePointer) -> Bool {
    switch self {
    case .script(let text):
      return unsafe PQsendQuery(connection, text) == 1
    case .statement(let text, let parameters):
      let types = parameters.map(\.type.rawValue)
      return unsafe withCStrings(parameters.map(\.text)) { values in
        unsafe PQsendQueryParams(connection, text, Int32(types.count), types, values, nil, nil, 0)
      } == 1
    case .preparation(let name, let text, let parameters):
      let types = parameters.map(\.type.rawValue)
      return unsafe PQsendPrepare(connection, name, text, Int32(types.count), types) == 1
    case .prepared(let name, _, let parameters):
      return unsafe withCStrings(parameters.map(\.text)) { values in
        unsafe PQsendQueryPrepared(connection, name, Int32(parameters.count), values, nil, nil, 0)
      } == 1
    }
  }
}
