/// What `sandbox` does.
enum SandboxCommand {
  static func run(tour: Bool, rows: Int?, in session: ShellSession) async throws {
    throw Refusal.unknownSetting("sandbox")
  }
}
