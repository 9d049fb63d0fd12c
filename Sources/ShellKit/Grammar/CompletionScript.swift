internal import ArgumentParser

/// The completion scripts of shells, made from the grammar.
enum CompletionScript {
  /// The script of a shell.
  ///
  /// The parser has a `help` of its own beside ours, whose words it does not complete; the script is to know one only.
  static func text(for shell: CompletionShell) -> String {
    let names = ShellCommands.names
    var text = DjogiShell.completionScript(for: shell)
    for separator in ["|", " "] {
      let list = names.joined(separator: separator)
      text = text.replacing(list + separator + "help", with: list)
    }
    text = text.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.contains("Show subcommand help information.") }.joined(separator: "\n")
    text.removeSecond(from: "_djogi-shell_help() {", to: "\n}\n\n")
    text.removeSecond(from: "        case 'help'\n", to: "'version'\n")
    text.removeVersions()
    return describingPlans(text, for: shell) + "\n"
  }

  /// Has the look-up of plans describe them as the shell shows it, in the workspace and database that the line names.
  private static func describingPlans(_ text: String, for shell: CompletionShell) -> String {
    let (name, line) =
      switch shell {
      case .zsh: ("zsh", #""$LBUFFER""#)
      case .fish: ("fish", "(commandline -cp | string collect)")
      default: ("bash", #""${COMP_LINE:0:COMP_POINT}""#)
      }
    return text.replacing(#/djogi-shell complete-plans ([a-z]+) /#) { match in
      "djogi-shell complete-plans \(match.1) --for \(name) --line \(line) "
    }
  }
}

extension String {
  /// Leaves `--version` to the program itself: the parser offers it behind every command, none of which takes it.
  fileprivate mutating func removeVersions() {
    for words in ["--version ", "        '--version[Show the version.]'\n"] {
      for range in ranges(of: words).dropFirst().reversed() { removeSubrange(range) }
    }
    for range in ranges(of: "'version' 'h/help'").dropFirst().reversed() {
      replaceSubrange(range, with: "'h/help'")
    }
    self = split(separator: "\n", omittingEmptySubsequences: false).filter { line in
      !line.contains(" -l 'version' ") || line.contains("\"djogi-shell\" version")
    }.joined(separator: "\n")
  }

  /// Removes the last block that begins and ends so, when there are two.
  fileprivate mutating func removeSecond(from start: String, to end: String) {
    let starts = ranges(of: start)
    guard starts.count > 1, let last = starts.last,
      let close = self[last.upperBound...].firstRange(of: end)
    else { return }
    removeSubrange(last.lowerBound..<close.upperBound)
  }
}
