import Foundation
import LiveMigration
import PrivateServer
import SchemaChange
import TestSupport
import Testing

@testable import ShellKit

/// The manual says what the grammar does, and nothing else.
@Suite struct ManualTests {
  private let catalogue = GrammarCatalogue.shared
  private let statuses = Set(PlanStatus.allCases.map(\.rawValue))

  /// The commands of the page, each with its head and the text below it.
  private func commands() throws -> [String: (head: String, page: ManualPage)] {
    let page = try Repository.manual("djogi-shell.1").section(".Sh COMMANDS")
    var commands: [String: (head: String, page: ManualPage)] = [:]
    for (head, body) in page.items where head.hasPrefix("Ic ") {
      let names = head.dropFirst(3).split(separator: " ").prefix {
        $0 == "," || $0.first?.isLowercase == true
      }
      let whole = ManualPage(".It \(head)\n" + body.lines.joined(separator: "\n"))
      for name in names where name != "," { commands[String(name)] = (head, whole) }
    }
    return commands
  }

  /// The long options of a page, as they are typed.
  private func options(_ page: ManualPage) -> Set<String> {
    Set(page.words(of: "Fl").map { $0.count == 1 ? "-" + $0 : "-" + $0 })
  }

  @Test func `every command is described, and every described command is one`() throws {
    let documented = Set(try commands().keys)
    let known = Set(catalogue.commands.keys).subtracting(["complete-plans"])
    #expect(documented == known)
  }

  @Test func `a command's options are those of its line`() throws {
    let everywhere: Set<String> = ["--help", "-h", "--version", "--workspace"]
    for (name, text) in try commands() {
      let known = Set(catalogue.commands[name]?.options.keys ?? [:].keys).subtracting(everywhere)
      let typed = options(ManualPage(".It " + text.head))
      #expect(typed == known, "\(name)")
      #expect(options(text.page).isSubset(of: known), "\(name)")
    }
  }

  @Test func `values are those of the grammar`() throws {
    for (name, text) in try commands() {
      let command = try #require(catalogue.commands[name])
      let ofOptions = command.options.values.compactMap(\.self).flatMap(\.self)
      // Commands are listed already, and the statuses stand in one place.
      let ofArguments =
        name == "help" ? [] : command.values.map { $0.hasSuffix("=") ? String($0.dropLast()) : $0 }
      let known = Set(ofOptions + ofArguments).subtracting(statuses)
      #expect(text.page.words(of: "Cm") == known, "\(name)")
    }
    let page = try Repository.manual("djogi-shell.1").section(".Sh COMMANDS")
    let start = try #require(page.lines.firstIndex(of: "A status is one of"))
    let list = page.lines[(start + 1)...].prefix { $0.hasPrefix(".Cm") || $0 == "or" }
    #expect(ManualPage(list.joined(separator: "\n")).words(of: "Cm") == statuses)
  }

  @Test func `session options and their values are those of the grammar`() throws {
    let page = try Repository.manual("djogi-shell.1").section(".Ss Session options")
    let heads = ManualPage(page.items.map { ".It " + $0.head }.joined(separator: "\n"))
    #expect(options(heads) == Set(catalogue.session.options.keys).subtracting(["-h"]))
    let values = catalogue.session.options.values.compactMap(\.self).flatMap(\.self)
    #expect(page.words(of: "Cm") == Set(values))
  }

  @Test func `exit codes are those of the program`() throws {
    let page = try Repository.manual("djogi-shell.1").section(".Sh EXIT STATUS")
    #expect(page.items.compactMap { Int32($0.head) } == ExitStatus.all.map(\.rawValue))
  }

  @Test func `psql's habits are described`() throws {
    let page = try Repository.manual("djogi-shell.1").section(".Ss The prompt")
    let text = page.lines.joined(separator: " ")
    for name in PsqlHabits.names where name != "\\h" {
      #expect(text.contains("\\e" + name.dropFirst()), "\(name)")
    }
  }

  @Test func `the rules are those of the list, each under its heading and with its advice`() throws
  {
    let page = try Repository.manual("djogi-rules.7")
    for severity in Rule.Severity.allCases {
      let items = page.section(".Ss \(severity.heading)").items
      let rules = Rule.all.filter { $0.severity == severity }
      #expect(items.map { $0.head.dropFirst(3) } == rules.map { $0.id.rawValue[...] }.sorted())
      for item in items {
        let rule = try #require(RuleID(rawValue: String(item.head.dropFirst(3)))?.rule)
        #expect(item.body.lines.contains("Instead:") == (rule.advice != nil), "\(rule.id)")
      }
    }
  }

  @Test func `every page is clean mdoc`() async throws {
    for name in [
      "man1/djogi-shell.1", "man5/djogi-plan.5", "man5/Djogi.toml.5", "man5/djogi-json.5",
    ]
      + ["man7/djogi-live-migrations.7", "man7/djogi-rules.7", "man7/djogi-schema.7"]
    {
      let outcome = try await ChildProcess.run(
        "/usr/bin/env", ["mandoc", "-T", "lint", "-W", "warning", "\(Repository.root)/man/\(name)"])
      #expect(outcome.status == .exited(0), "\(outcome.output)\(outcome.errors)")
      #expect(outcome.output == "", "\(name)")
    }
  }

  @Test func `the systemd unit starts the daemon as it wants to be watched`() async throws {
    let page = try Repository.manual("djogi-shell.1").section(".Sh THE DAEMON")
    #expect(page.lines.contains("Type=notify"))
    #expect(page.lines.contains { $0.hasPrefix("WatchdogSec=") })
    let start = try #require(page.lines.first { $0.hasPrefix("ExecStart=") })
    let words = start.split(separator: " ").dropFirst().map(String.init)
    let (_, rest) = try Grammar.session(words)
    guard case .command(let command) = try Grammar.command(rest) else {
      Issue.record("\(start) is no command")
      return
    }
    #expect(command is RunDaemon)
  }

  @Test func `make install and uninstall put things where systems look, and take them away`()
    async throws
  {
    let target = FileManager.default.temporaryDirectory
      .appendingPathComponent(UUID().uuidString).path
    let arguments = [
      "make", "-C", Repository.root, "BINARY=" + (try ChildProcess.shell), "DESTDIR=" + target,
      "PREFIX=/usr",
    ]
    let installed = try await ChildProcess.run("/usr/bin/env", arguments + ["install"])
    #expect(installed.status == .exited(0), "\(installed.errors)")
    let files = [
      "bin/djogi-shell", "share/man/man1/djogi-shell.1", "share/man/man5/djogi-plan.5",
      "share/man/man5/djogi-json.5", "share/man/man5/Djogi.toml.5",
      "share/man/man7/djogi-live-migrations.7",
      "share/man/man7/djogi-rules.7", "share/man/man7/djogi-schema.7",
      "share/doc/djogi-shell/LICENSE", "share/doc/djogi-shell/LICENSE.libpg_query",
      "share/bash-completion/completions/djogi-shell", "share/zsh/site-functions/_djogi-shell",
      "share/fish/vendor_completions.d/djogi-shell.fish",
    ]
    #expect(try found(in: target + "/usr") == files.sorted())
    let version = try await ChildProcess.run(target + "/usr/bin/djogi-shell", ["--version"])
    #expect(version.output == ShellVersion.text + "\n")
    let manual = try await ChildProcess.run(
      target + "/usr/bin/djogi-shell", ["man", "djogi-plan"], environment: ["MANPAGER": "cat"])
    #expect(manual.output.contains("the file of a live plan"), "\(manual.errors)")
    let removed = try await ChildProcess.run("/usr/bin/env", arguments + ["uninstall"])
    #expect(removed.status == .exited(0), "\(removed.errors)")
    #expect(try found(in: target + "/usr") == [])
  }

  /// The files below a folder.
  private func found(in folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).filter { path in
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: folder + "/" + path, isDirectory: &isFolder)
      return !isFolder.boolValue
    }.sorted()
  }
}
