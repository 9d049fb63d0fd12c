import CLibPQ

extension PostgresConnection {
  /// The variables that lead another libpq program to the same server and database as the same role.
  ///
  /// They may hold a password: they go into a child's environment and nowhere else. None once the session is over.
  public var clientEnvironment: [String: String] { session.clientEnvironment }
}

extension Session {
  /// Every option of the connection that libpq also reads from a variable (manual, "Environment Variables").
  var clientEnvironment: [String: String] {
    guard let handle = try? open(), let list = PQconninfo(handle) else { return [:] }
    defer { PQconninfoFree(list) }
    var variables: [String: String] = [:]
    var option = list
    while option.pointee.keyword != nil {
      if let name = option.pointee.envvar, let value = option.pointee.val, value.pointee != 0 {
        variables[String(cString: name)] = String(cString: value)
      }
      option += 1
    }
    return variables
  }
}
