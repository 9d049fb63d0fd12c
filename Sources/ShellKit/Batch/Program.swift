internal import Glibc
internal import LiveMigration

/// One run of the program, from the argument vector to the exit status.
struct Program: Sendable {
  let arguments: [String]
  let environment: [String: String]

  func run() async -> ExitStatus {
    do throws(UsageError) {
      let (options, rest) = try Grammar.session(arguments)
      let invocation = try Invocation(
        options, rest: rest, arguments: arguments, hasInputTerminal: isatty(STDIN_FILENO) == 1,
        hasOutputTerminal: isatty(STDOUT_FILENO) == 1)
      let output = ConsoleOutput(
        format: options.output, colour: options.color, environment: environment,
        program: invocation.entrance == .command ? Self.name(options) : [])
      return finish(await run(invocation, options, output), output)
    } catch {
      let output = ConsoleOutput(
        format: wantsJSON ? .json : .text, environment: environment, program: ["djogi-shell"])
      output.error(error)
      output.flush()
      return .usage
    }
  }

  /// How this run was begun, as the next one can be.
  private static func name(_ options: SessionOptions) -> [String] {
    ["djogi-shell"] + (options.workspace.map { ["--workspace", Word.quoted($0)] } ?? [])
      + (options.database == .main ? [] : ["--database", options.database.rawValue])
  }

  private func run(
    _ invocation: Invocation, _ options: SessionOptions, _ output: ConsoleOutput
  ) async -> ExitStatus {
    if case .text(let text) = invocation {
      output.report(HelpReport(help: text))
      return .success
    }
    let session = ShellSession(
      environment: environment, output: output, entrance: invocation.entrance,
      folder: options.workspace ?? ".", database: options.database, echoes: options.echo,
      ask: Self.question(invocation, output))
    if case .prompt = invocation {
      let status = await Prompt.run(session)
      await session.close()
      return status
    }
    let onError = options.onError
    let status = await StopSignals.run(output: output, isHolding: { session.isHolding }) {
      stop in
      let status = await Self.run(invocation, session, stop, onError)
      await session.close()
      return status
    }
    return status
  }

  private static func run(
    _ invocation: Invocation, _ session: ShellSession, _ stop: StopRequest,
    _ onError: FailureHandling
  ) async -> ExitStatus {
    var runner = BatchRunner(session: session, stop: stop, onError: onError)
    switch invocation {
    case .command(let command):
      await runner.run { session in try await session.perform(.command(command)) }
      return runner.status
    case .batch(let inputs), .check(let inputs):
      guard let scripts = read(inputs, runner: &runner) else { break }
      if case .batch = invocation { await runner.run(scripts) }
    case .stream: await runner.run(StandardInputLines())
    case .text, .prompt: break
    }
    if session.output.format == .json {
      session.output.write(
        OutputValue.object([
          "event": "end", "exit_code": .int(Int(runner.status.rawValue)),
          "commands": .int(runner.count), "failed": .int(runner.failures),
        ]).json + "\n")
    }
    return runner.status
  }

  /// Reads everything before anything runs; tells all mistakes of all of it.
  private static func read(_ inputs: [BatchInput], runner: inout BatchRunner) -> [Script]? {
    var scripts: [Script] = []
    var isComplete = true
    for input in inputs {
      do {
        scripts.append(try input.script())
      } catch {
        runner.reject(error)
        isComplete = false
      }
    }
    return isComplete ? scripts : nil
  }

  /// Results that could not be written are no success.
  private func finish(_ status: ExitStatus, _ output: ConsoleOutput) -> ExitStatus {
    // A signal is for the end: a reader who does not read must not keep the program from it.
    let limit: Duration? = status.isSignal ? .seconds(1) : nil
    output.flush(atMost: limit)
    guard let failure = output.failure else { return status }
    output.error(Refusal.unwritableOutput(reason: failure))
    output.flush(atMost: limit)
    return status == .success ? .runtime : status
  }

  private var wantsJSON: Bool {
    arguments.contains("--output=json")
      || zip(arguments, arguments.dropFirst()).contains { $0 == "--output" && $1 == "json" }
  }

  /// How a person is asked: at a terminal, on standard error.
  private static func question(
    _ invocation: Invocation, _ output: ConsoleOutput
  ) -> (@Sendable (String) async -> String?)? {
    guard invocation.entrance != .batch, isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1
    else {
      return nil
    }
    return { question in
      output.stand([question])
      var iterator = StandardInputLines().makeAsyncIterator()
      let answer = try? await iterator.next()
      output.release()
      return answer?.text
    }
  }
}
