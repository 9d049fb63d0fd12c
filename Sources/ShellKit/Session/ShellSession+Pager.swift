internal import LiveMigration

extension ShellSession {
  /// Shows what is taller than the screen in a pager; without one, or when it is not there, as it is.
  func page() async {
    guard let text = output.takeTallResults() else { return }
    await output.flushed()
    if let pager, await ForegroundProgram.run(pager, input: text) != ForegroundProgram.notFound {
      return
    }
    output.write(text)
  }

  /// The command that long results are shown with; `nil` for none.
  ///
  /// The variable of this program wins, then the workspace's setting, then the variable of all programs.
  var pager: String? {
    let settings = try? context().configuration.shell
    let command =
      environment["DJOGI_PAGER"] ?? settings?.pager ?? environment["PAGER"] ?? "less -FRX"
    return command.withoutOuterBlanks.isEmpty ? nil : command
  }
}
