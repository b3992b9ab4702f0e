//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// Asks agent-api about what is followed when its stream is silent: to tell what is being waited for, and to end what
/// nothing more will come of, such as an open batch whose runs have all ended, or a run that had ended before the
/// stream's place.
struct SilenceWatch: Sendable {
    let followed: Subject
    /// Whether all records there are were asked for, so that none means that there are none.
    let isFromStart: Bool
    let progress: FollowProgress
    /// Is asked once each time.
    let api: AgentAPIClient
    let policy: FollowPolicy
    /// Takes what is to be said, once at most.
    let notify: @Sendable (String) async -> Void

    private static let longestPause = Duration.seconds(15)

    /// Returns when it is over, and no record has come for some time after that was known.
    /// - Throws: `CancellationError`.
    func untilOver() async throws {
        var pause = policy.silence
        var hasSpoken = false
        /// How many records had come when it was known to be over.
        var recordsAtEnd: Int?
        while true {
            try await Task.sleep(for: pause)
            let state = progress.current
            guard let quietSince = state.quietSince, quietSince + policy.silence <= .now else {
                pause = policy.silence
                recordsAtEnd = nil
                continue
            }
            if let recordsAtEnd, recordsAtEnd == state.records, !state.isTroubled { return }
            let standing = try await standing()
            if !hasSpoken, state.records == 0, let text = text(for: standing) {
                await notify(text)
            }
            hasSpoken = true
            recordsAtEnd = standing == .over ? state.records : nil
            // What ended just now has an end on its way to us.
            pause = standing == .over ? policy.silence * 3 : min(pause * 2, Self.longestPause)
        }
    }

    private enum Standing: Equatable {
        case missing
        case queued
        case running
        case over
        case unknown
    }

    private func standing() async throws -> Standing {
        do {
            switch followed {
            case .run(let id):
                let run = try await api.run(id).run
                return run.status.isFinal ? .over : run.status == .queued ? .queued : .running
            case .batch(let id):
                return try await api.batch(id).batch.hasEnded ? .over : .running
            }
        } catch let failure as CommandFailure {
            return failure.status == .failed ? .missing : .unknown
        }
    }

    private func text(for standing: Standing) -> String? {
        let state: String? =
            switch standing {
            case .missing: isFromStart ? absence : "nothing to show yet"
            case .queued: "it waits in the queue"
            case .running, .unknown: "nothing to show yet"
            case .over: nil
            }
        return state.map { "waiting for the \(followed) (\($0))" }
    }

    private var absence: String {
        switch followed {
        case .run: "not there yet"
        case .batch: "not there yet, and there is no such file"
        }
    }
}

extension Batch {
    /// Whether all of its runs have ended. An open batch may still get more.
    var hasEnded: Bool { isOver || (!runs.isEmpty && runs.allSatisfy(\.status.isFinal)) }
}
