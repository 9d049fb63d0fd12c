internal import Glibc
internal import LiveMigration

/// The shell at a terminal: one line after the other, until Ctrl-D or `quit`.
struct Prompt {
  let session: ShellSession
  let editor: LineEditor
  let signals: PromptSignals

  /// Runs the shell at the terminal that the program was started at.
  static func run(_ session: ShellSession) async -> ExitStatus {
    let completion = PromptCompletion(session: session)
    do {
      let editor = try LineEditor(
        LineEditor.Configuration(
          term: session.environment["TERM"] ?? "",
          historyFile: await session.historyFile,
          complete: { line, cursor in await completion.candidates(line, cursor) }))
      let signals = await PromptSignals(output: session.output, editor: editor)
      defer { signals.end() }
      return await Prompt(session: session, editor: editor, signals: signals).loop()
    } catch {
      session.output.error(error)
      return ExitStatus(error)
    }
  }

  private func loop() async -> ExitStatus {
    session.output.notice("djogi-shell \(ShellVersion.text); help lists the commands, quit leaves.")
    while signals.ending == nil {
      do {
        switch try await editor.readLine(prompt: await session.promptText) {
        case .interrupted: continue
        case .endOfInput: return signals.ending ?? .success
        case .line(let line): try await run(try await continued(line))
        }
      } catch is QuitRequest {
        return .success
      } catch is PromptInterrupted {
        continue
      } catch {
        session.output.error(error)
        if error is TerminalError { return .runtime }
      }
    }
    return signals.ending ?? .success
  }

  /// Reads on while the line ends in a `\`.
  private func continued(_ line: String) async throws -> String {
    var text = line
    while try Self.isContinuing(text) {
      switch try await editor.readLine(prompt: "... ") {
      case .interrupted: throw PromptInterrupted()
      case .endOfInput: return text
      case .line(let more): text += "\n" + more
      }
    }
    return text
  }

  private static func isContinuing(_ text: String) throws(LineError) -> Bool {
    var assembler = LineAssembler()
    assembler.append(Array((text + "\n").utf8))
    while try assembler.next() != nil {}
    return assembler.isContinuing
  }

  /// Runs the lines of a text, of which pasted text can have several; the first that fails ends it.
  private func run(_ text: String) async throws {
    for line in try ScriptLines(PsqlHabits.translated(text)).lines {
      guard let request = try Script.request(line, file: nil) else { continue }
      let session = session
      let isDone = try await signals.run { try await session.perform(request) }
      if !isDone { return }
    }
  }
}

/// Ctrl-C on a line that goes on from the one before.
private struct PromptInterrupted: Error {}
