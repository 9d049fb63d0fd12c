internal import LiveMigration
internal import Postgres

extension ShellSession {
  /// The prompt: the database of the workspace, and where it is once a session is open.
  var promptText: String {
    get async {
      let style = output.look.style
      let context = try? context()
      var name = "\(database)"
      var isLost = false
      if let connection = await context?.engine.connectionIfOpen {
        let host = connection.info.isUnixSocket ? "local" : connection.info.host
        name += "@\(Sanitised.text(host))/\(Sanitised.text(connection.info.database))"
        // Not asked of the session itself, which may be busy with a statement that nothing cancels.
        isLost = connection.socketDescriptor == nil
      }
      let isProduction = context?.configuration.isProduction(environment: environment) ?? false
      let place = isProduction ? style.text("production \(name)", .red, .bold) : name
      return "djogi \(place)\(heldPlans.isEmpty ? "" : "*")\(isLost ? "!" : "")> "
    }
  }

  /// Where lines are kept for later sessions; `nil` keeps them in memory only.
  var historyFile: String? {
    if let path = try? context().configuration.shell.historyPath(environment: environment) {
      return path
    }
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
      return state + "/djogi-shell/history"
    }
    guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
    return home + "/.local/state/djogi-shell/history"
  }
}
