/// The commands on one screen, by what they are for.
enum HelpScreen {
  /// Commands that belong together.
  struct Group: Sendable {
    let title: String
    let commands: [(name: String, purpose: String)]
  }

  static let left = [
    Group(
      title: "Look",
      commands: [
        ("list", "plans, yours to decide first"), ("show", "a plan: state, steps, SQL"),
        ("watch", "progress while it goes on"), ("history", "who did what, and why"),
        ("status", "where every migration stands"), ("sql", "a query, read-only"),
        ("doctor", "what role and server allow"), ("metrics", "figures for Prometheus"),
      ]),
    Group(
      title: "Drive",
      commands: [
        ("run", "on to the next gate"), ("resume", "go on after a pause"),
        ("pause", "stop at the next chunk"), ("tune", "pace and limits, any time"),
        ("finalize", "swap and clean up"), ("daemon", "resume what lost its driver"),
      ]),
    Group(
      title: "Undo",
      commands: [
        ("abandon", "give up, leave what is there"), ("revert", "take back what was added"),
        ("rollback", "swap back to what is kept"), ("retire", "give up what is kept"),
      ]),
  ]

  static let right = [
    Group(
      title: "Begin",
      commands: [
        ("init", "write Djogi.toml"), ("baseline", "mark what is applied"),
        ("dump", "write the schema as files"), ("diff", "write what the files want"),
        ("lint", "judge the SQL of files"), ("plan", "make a live plan"),
        ("apply", "run what needs no plan"), ("sandbox", "try it, server included"),
      ]),
    Group(
      title: "Shell",
      commands: [
        ("set", "a setting of the shell"), ("source", "run the lines of a file"),
        ("conninfo", "server and workspace"), ("help", "this, or help COMMAND"),
        ("man", "a page of the manual"), ("completion", "for bash, zsh, fish"),
        ("quit", "leave (also exit, Ctrl-D)"),
      ]),
  ]

  /// The screen, in two columns where they fit.
  static func text(columns: Int) -> String {
    let (first, second) = (lines(left, 8), lines(right, 10))
    let body: [String]
    if columns >= 80 {
      let count = max(first.count, second.count)
      body = (0..<count).map { index in
        let start = index < first.count ? first[index] : ""
        return index < second.count ? start.padded(to: 41) + second[index] : start
      }
    } else {
      body = first + second
    }
    return (body.map { $0.truncated(to: max(columns - 1, 20)) } + [""] + footer(columns))
      .map { $0 + "\n" }.joined()
  }

  /// - Parameter width: What the longest name of a command takes.
  private static func lines(_ groups: [Group], _ width: Int) -> [String] {
    groups.flatMap { group in
      [group.title] + group.commands.map { "  \($0.name.padded(to: width)) \($0.purpose)" }
    }
  }

  private static func footer(_ columns: Int) -> [String] {
    [
      "PLAN is a slug, an id, its end (…4096), - or nothing where only one is meant.",
      "help COMMAND tells more; djogi-shell --help lists the options.",
    ].map { $0.truncated(to: max(columns - 1, 20)) }
  }
}
