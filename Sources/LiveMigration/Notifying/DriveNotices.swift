internal import Postgres
internal import Synchronization

/// Watches one drive of a plan, and tells of what its operator should know.
final class DriveNotices: Sendable {
  private struct State {
    var step: Int?
    var purpose: String?
    var wait: Wait?
  }

  /// Something that the plan waits for.
  private struct Wait {
    var since: ContinuousClock.Instant
    var reason: String
    var isTold = false
    var timer: Task<Void, Never>?
  }

  private let notifier: PlanNotifier
  private let blank: PlanNotification
  private let state = Mutex(State())

  init(_ notifier: PlanNotifier, _ plan: LivePlan, database: TargetDatabase) {
    self.notifier = notifier
    blank = PlanNotification(
      event: .complete, planID: plan.header.planID, slug: plan.header.slug,
      appLabel: plan.header.appLabel, database: database)
  }

  // MARK: - On the way

  /// Takes in what happens; returns at once.
  func observe(_ event: RunEvent) {
    switch event {
    case .waiting(_, let reason): begin(waitingFor: reason, isTimed: true)
    // Each attempt is an event, so that no timer is needed: a wait that is over has no more of them.
    case .retrying(_, _, _, _, let error, let blockers):
      let who = blockers.map { "; blocked by \($0)" }.joined()
      begin(waitingFor: (error.serverError?.message ?? error.description) + who, isTimed: false)
    case .stepStarted(_, _, let ordinal, _):
      let isAnother = state.withLock { state in
        defer { state.step = ordinal }
        return state.step != ordinal
      }
      if isAnother { endWait() }
    // The next attempt of what was kept waiting begins with the same words.
    case .segment(_, let purpose):
      let isAnother = state.withLock { state in
        defer { state.purpose = purpose }
        return state.purpose != purpose
      }
      if isAnother { endWait() }
    case .backfill(_, let progress) where progress.waitingFor == nil: endWait()
    case .gate, .gateReached: endWait()
    case .began, .backfill, .reconnected, .notice, .reminder, .omitted: break
    }
  }

  private func begin(waitingFor reason: String, isTimed: Bool) {
    let isDue = state.withLock { state in
      let since = state.wait?.since ?? .now
      let isTold = state.wait?.isTold ?? false
      let isDue = !isTold && ContinuousClock.now - since >= notifier.waitLimit
      var wait = state.wait ?? Wait(since: since, reason: reason)
      wait.reason = reason
      wait.isTold = isTold || isDue
      if isTimed, wait.timer == nil {
        wait.timer = Task { [weak self, limit = notifier.waitLimit] in
          guard (try? await Task.sleep(for: limit)) != nil else { return }
          self?.tellWait(since: since)
        }
      }
      state.wait = wait
      return isDue
    }
    if isDue { post(.waiting) { $0.reason = reason } }
  }

  private func tellWait(since: ContinuousClock.Instant) {
    let reason: String? = state.withLock { state in
      guard state.wait?.since == since, state.wait?.isTold == false else { return nil }
      state.wait?.isTold = true
      return state.wait?.reason
    }
    if let reason { post(.waiting) { $0.reason = reason } }
  }

  private func endWait() {
    state.withLock { state in
      state.wait?.timer?.cancel()
      state.wait = nil
    }
  }

  // MARK: - The end of the drive

  /// Tells where the plan stands, unless its operator put it there.
  func end(_ outcome: PlanOutcome) {
    endWait()
    func tell(_ event: PlanNotification.Event) {
      post(event) { notification in
        notification.status = outcome.status
        notification.gate = outcome.gate
        notification.gates = outcome.gates
        notification.reason = outcome.stoppedBy
        notification.next = outcome.next
      }
    }
    if outcome.status == .complete {
      tell(.complete)
    } else if outcome.gate != nil {
      tell(.gateReached)
    } else if outcome.stoppedBy != nil {
      tell(.stopped)
    }
  }

  /// Tells what stands in the way; an operator who stops the plan knows.
  func end(_ error: any Error) {
    endWait()
    switch error {
    case is CancellationError, EngineError.interrupted: return
    case EngineError.gateDisagreed(_, let gate, let outcomes, let next):
      post(.gateDisagreed) { notification in
        notification.status = gate.status
        notification.gate = gate
        notification.gates = outcomes
        notification.next = next
      }
    case let error as EngineError:
      post(.failed) { notification in
        notification.status = error.leftStatus
        notification.reason = error.description
        notification.next = error.next
      }
    default: post(.failed) { $0.reason = "\(error)" }
    }
  }

  private func post(
    _ event: PlanNotification.Event, _ fill: (inout PlanNotification) -> Void
  ) {
    var notification = blank
    notification.event = event
    fill(&notification)
    notifier.post(notification)
  }
}

extension EngineError {
  /// The status that the plan was left in; `nil` where the error does not say.
  fileprivate var leftStatus: PlanStatus? {
    switch self {
    case .dataRefused(_, let status, _, _, _, _): status
    case .stepFailed: .failed
    default: nil
    }
  }
}
