internal import Glibc
internal import LiveMigration

/// The shell at a terminal: one line after the other, until Ctrl-D or `quit`.
struct Prompt {
  let session: ShellSession
  let editor: LineEditor
  let signals: PromptSignals
  let idle: IdleWatch
  let completion: PromptCompletion

  /// Runs the shell at the terminal that the program was started at.
  static func run(_ session: ShellSession) async -> ExitStatus {
    let completion = PromptCompletion(session: session)
    let idle = IdleWatch(session: session)
    do {
      let editor = try LineEditor(
        LineEditor.Configuration(
          term: session.environment["TERM"] ?? "",
          historyFile: await session.historyFile,
          complete: { line, cursor in
            let candidates = await completion.candidates(line, cursor)
            // The look-up may have opened the session.
            await idle.look()
            return candidates
          },
          onIdleReadable: { Task { await idle.look() } }))
      idle.attach(editor)
      if session.output.look.style.isMovable { session.output.keepTallResults() }
      let signals = await PromptSignals(
        output: session.output, editor: editor,
        isHolding: { await !session.heldPlans.isEmpty })
      defer { signals.end() }
      return await Prompt(
        session: session, editor: editor, signals: signals, idle: idle, completion: completion
      ).loop()
    } catch {
      session.output.error(error)
      return ExitStatus(error)
    }
  }

  private func loop() async -> ExitStatus {
    session.output.notice("djogi-shell \(ShellVersion.text); help lists the commands, quit leaves.")
    let session = session
    _ = try? await signals.run {
      await session.startUp()
    } late: { _ in
    }
    while signals.ending == nil {
      do {
        await idle.look()
        switch try await readLine(await session.promptText) {
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
        await idle.noteEnd()
        if error is TerminalError { return .runtime }
      }
    }
    return signals.ending ?? .success
  }

  /// Reads a line; what is said meanwhile, by the server or a command that still stops, stands above it.
  private func readLine(_ prompt: String) async throws -> LineEvent {
    let editor = editor
    await session.output.divert { editor.show($0) }
    defer { session.output.endDiversion() }
    return try await editor.readLine(prompt: prompt)
  }

  /// Reads on while the line ends in a `\`.
  private func continued(_ line: String) async throws -> String {
    var text = line
    while try Self.isContinuing(text) {
      switch try await readLine("... ") {
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
    defer { completion.forget() }
    for line in try ScriptLines(text).lines {
      switch try PsqlHabits.request(line.text) {
      case .echo(let text): session.output.write(text + "\n")
      case .shell(let command): await runShell(command)
      case .toggle(let setting): try await session.toggle(setting)
      case .line(let text):
        guard
          let request = try Script.request(
            LogicalLine(number: line.number, text: text), file: nil)
        else { continue }
        guard try await perform(request) else { return }
      }
    }
  }

  private func runShell(_ command: String) async {
    await session.output.flushed()
    let shell = session.environment["SHELL"] ?? "/bin/sh"
    let status = await ForegroundProgram.run(command.isEmpty ? Word.quoted(shell) : command)
    if status != 0 { session.output.notice("the command ended with status \(status)") }
  }

  /// Runs a command; false when it was not waited for.
  private func perform(_ request: Grammar.Request) async throws -> Bool {
    let (session, editor) = (session, editor)
    return try await signals.run {
      try await session.perform(request)
    } late: { error in
      if let error { session.output.error(error) }
      editor.changePrompt(to: await session.promptText)
    }
  }
}

/// Ctrl-C on a line that goes on from the one before.
private struct PromptInterrupted: Error {}
