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
    guard let handle = try? unsafe open(), let list = unsafe PQconninfo(handle) else { return [:] }
    defer { unsafe PQconninfoFree(list) }
    var variables: [String: String] = [:]
    var option = unsafe list
    while unsafe option.pointee.keyword != nil {
      if let name = unsafe option.pointee.envvar, let value = unsafe option.pointee.val,
        unsafe value.pointee != 0
      {
        unsafe variables[String(cString: name)] = unsafe String(cString: value)
      }
      unsafe option += 1
    }
    return variables
  }
}
