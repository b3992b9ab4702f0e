//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// What a viewer of the live view is shown next. It does no input or output.
///
/// The latest picture wins: one that is there before the one before it was written takes its place.
package struct LiveViewerState: Sendable {
    package enum Action: Sendable {
        /// Write this part, and call ``wrote()`` when it is written.
        case write(LivePart)
        /// Ask again at this time, or when there is another picture.
        case wait(until: ContinuousClock.Instant)
        /// All runs have ended: close.
        case end
    }

    private struct Shown: Sendable {
        /// The latest picture.
        var part: LivePart?
        /// Whether the viewer has not had it.
        var isNew = false
        /// When the viewer last had a picture of the run.
        var written: ContinuousClock.Instant?
        /// Whether the latest picture was written a second time.
        var isRepeated = false
        var hasEnded = false
    }

    /// In the order in which the viewer asked for them.
    private let runs: [Identifier]
    private var shown: [Identifier: Shown]
    private let interval: Duration
    private let heartbeat: Duration
    private let began: ContinuousClock.Instant
    /// The run that was written last, so that each has its turn.
    private var turn = 0
    private var isWriting = false

    /// How long a picture stays the last one before it is written again. A browser that shows the stream as an image shows
    /// a picture when it sees the beginning of the next one.
    private static let repetition = Duration.seconds(1)

    /// - Parameters:
    ///   - interval: The least time from one picture of a run to the next.
    ///   - heartbeat: The most time from one picture of a run to the next.
    package init(runs: [Identifier], interval: Duration, heartbeat: Duration, now: ContinuousClock.Instant) {
        self.runs = runs
        self.interval = interval
        self.heartbeat = heartbeat
        began = now
        shown = Dictionary(runs.map { ($0, Shown()) }, uniquingKeysWith: { first, _ in first })
    }

    /// There is another picture of a run.
    package mutating func take(_ part: LivePart, of requestID: Identifier) {
        guard shown[requestID]?.hasEnded == false else { return }
        if let run = shown[requestID], let known = run.part, run.written != nil,
            (known.entityTag, known.page) == (part.entityTag, part.page)
        {
            return
        }
        shown[requestID]?.part = part
        shown[requestID]?.isNew = true
    }

    /// A run has ended. Its last picture is still shown.
    package mutating func end(_ requestID: Identifier) {
        shown[requestID]?.hasEnded = true
    }

    /// The part is written.
    package mutating func wrote() {
        isWriting = false
    }

    /// What to do now.
    package mutating func next(now: ContinuousClock.Instant) -> Action {
        guard !isWriting else { return .wait(until: now + heartbeat) }
        var wake = now + heartbeat
        for offset in 1...runs.count {
            let index = (turn + offset) % runs.count
            guard let run = shown[runs[index]], let due = due(run) else { continue }
            guard due <= now else {
                wake = min(wake, due)
                continue
            }
            turn = index
            isWriting = true
            let part = run.part ?? LivePart(nil, of: runs[index])
            shown[runs[index]]?.isRepeated = !run.isNew
            shown[runs[index]]?.isNew = false
            shown[runs[index]]?.written = now
            return .write(part)
        }
        return shown.values.allSatisfy { $0.hasEnded && !$0.isNew } ? .end : .wait(until: wake)
    }

    /// When a run is to be written; `nil` for never again.
    private func due(_ run: Shown) -> ContinuousClock.Instant? {
        if run.isNew { return run.written.map { $0 + interval } ?? began }
        if run.hasEnded { return nil }
        guard let written = run.written else { return began + heartbeat }
        return written + (run.part != nil && !run.isRepeated ? Swift.min(Self.repetition, heartbeat) : heartbeat)
    }
}
