internal import Foundation
internal import Synchronization

/// Reminds of one drive of a plan from time to time.
final class DriveReminder: Sendable {
  private let reminder: Mutex<RunReminder>

  init(_ plan: LivePlan, by process: ProcessIdentity, _ settings: LiveSettings) {
    reminder = Mutex(
      RunReminder(
        planID: plan.header.planID, slug: plan.header.slug, since: Date(), position: 1,
        steps: plan.steps.count, kind: plan.steps.first?.kind ?? .expandSchema,
        settings: Self.shown(settings), pid: process.pid, host: process.host))
  }

  private static func shown(_ settings: LiveSettings) -> [(key: Tuning.Key, value: String)] {
    let keys: [Tuning.Key] = [.chunkTarget, .maxRate, .workers, .windows]
    return keys.map { ($0, $0.text(in: settings)) }
  }

  /// Notes where the drive is.
  func observe(_ event: RunEvent) {
    guard case .stepStarted(_, let kind, let ordinal, _) = event else { return }
    reminder.withLock { ($0.position, $0.kind) = (ordinal + 1, kind) }
  }

  /// Notes how the backfill is set now.
  func observe(_ settings: LiveSettings) {
    reminder.withLock { $0.settings = Self.shown(settings) }
  }

  /// Tells it again and again until the task is cancelled.
  func remind(every interval: Duration, _ onEvent: @escaping RunObserver) -> Task<Void, Never> {
    Task {
      while (try? await Task.sleep(for: interval)) != nil {
        onEvent(.reminder(reminder.withLock(\.self)))
      }
    }
  }
}
