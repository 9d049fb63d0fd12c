internal import Postgres

extension ShellSession {
  /// Runs a line of a file or an argument; an error names the line.
  func perform(_ line: ScriptLine) async throws {
    if echoes { output.message("+ " + Sanitised.text(Masking.shown(line.text))) }
    do {
      try await perform(line.request)
    } catch let error as QuitRequest {
      throw error
    } catch {
      // A line that sources a file: the line inside of it is the one to name.
      guard let file = line.file, !(error is PlacedError) else { throw error }
      throw PlacedError(error: error, file: file, line: line.number)
    }
  }

  /// Runs a command.
  func perform(_ request: Grammar.Request) async throws {
    if case .command(let command) = request { output.givenReason = command.givenReason }
    switch request {
    case .text(let text):
      output.report(HelpReport(help: text))
      await page()
    case .command(let command):
      // What is turned on now is for the commands that follow.
      let (start, isTimed) = (ContinuousClock.now, settings.timing)
      do {
        try await command.run(in: self)
      } catch {
        await page()
        throw error
      }
      await page()
      if isTimed {
        output.notice("Time: " + DurationText.text(ContinuousClock.now - start), event: "timing")
      }
    }
  }
}
