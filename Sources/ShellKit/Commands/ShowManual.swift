internal import ArgumentParser
internal import Foundation
internal import LiveMigration

struct ShowManual: ShellCommand {
  static let configuration = CommandConfiguration(
    commandName: "man",
    abstract: "Show a page of the manual.",
    discussion: """
      Example: man djogi-live-migrations

      The pages are djogi-shell, djogi-plan, djogi-json, Djogi.toml, djogi-live-migrations, \
      djogi-rules and djogi-schema. Where man is not installed, help is shown.
      """)

  /// The pages, by the names that are typed.
  enum Page: String, CaseIterable, ExpressibleByArgument, Sendable {
    case shell = "djogi-shell"
    case plan = "djogi-plan"
    case json = "djogi-json"
    case configuration = "Djogi.toml"
    case concepts = "djogi-live-migrations"
    case rules = "djogi-rules"
    case schema = "djogi-schema"

    var section: Int {
      switch self {
      case .shell: 1
      case .plan, .json, .configuration: 5
      case .concepts, .rules, .schema: 7
      }
    }
  }

  @Argument(help: "The page.")
  var page: Page = .shell

  func run(in session: ShellSession) async throws {
    await session.output.flushed()
    let status = await ForegroundProgram.run("{ \(command); } 2>/dev/null")
    if status == 0 || status >= 128 { return }
    session.output.notice("manual page not installed; showing help")
    session.output.report(HelpReport(help: HelpText.overview))
  }

  /// Shows the page that was installed together with the program, or the one that is installed at all.
  private var command: String {
    let found = "man \(page.section) \(page.rawValue)"
    guard let folder = Self.installed else { return found }
    let file = Word.quoted("\(folder)/man\(page.section)/\(page.rawValue).\(page.section)")
    return "test -r \(file) && { man \(file) || mandoc -a \(file); } || " + found
  }

  /// The folder of manual pages that was installed together with this program.
  private static var installed: String? {
    guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    else { return nil }
    let prefix = URL(fileURLWithPath: path).deletingLastPathComponent().deletingLastPathComponent()
    let folder = prefix.appendingPathComponent("share/man").path
    return FileManager.default.fileExists(atPath: folder) ? folder : nil
  }
}
