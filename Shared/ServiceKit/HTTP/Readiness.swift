//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging
package import Redis

/// Whether a service can do its work now: Redis answers, and takes what is written.
///
/// Asking costs one probe however often it is asked: those who ask meanwhile get the same answer, and so do those who ask
/// within a second.
package actor Readiness {
    /// Why a service is not ready.
    package struct Fault: Hashable, Sendable {
        /// For anybody who asks: without addresses, names and what Redis itself says.
        package var summary: String

        /// For the log.
        package var detail: String

        package init(_ summary: String, detail: String) {
            self.summary = summary
            self.detail = detail
        }
    }

    /// How long an answer holds.
    package static let validity = Duration.seconds(1)

    private let logger: Logger
    private let probe: @Sendable () async -> Fault?
    private var last: (fault: Fault?, at: ContinuousClock.Instant)?
    private var running: Task<Fault?, Never>?
    /// What the log was told last; `nil` as long as it was told nothing.
    private var logged: Fault??

    /// - Parameter probe: Looks whether the service can do its work.
    package init(logger: Logger, probe: @escaping @Sendable () async -> Fault?) {
        self.logger = logger
        self.probe = probe
    }

    /// Why the service is not ready, as anybody may know; `nil` when it is.
    package func check() async -> String? {
        if let last, ContinuousClock.now - last.at < Self.validity { return last.fault?.summary }
        if let running { return await running.value?.summary }
        let probe = self.probe
        // Whoever asked first may go; the others still wait for the answer.
        let task = Task { await probe() }
        self.running = task
        let fault = await task.value
        self.running = nil
        self.last = (fault, .now)
        log(fault)
        return fault?.summary
    }

    private func log(_ fault: Fault?) {
        if let logged = self.logged, logged?.summary == fault?.summary { return }
        self.logged = .some(fault)
        if let fault {
            logger.warning("not ready: \(fault.summary)", metadata: ["reason": "\(fault.detail)"])
        } else {
            logger.info("ready")
        }
    }

    /// Why Redis takes no writes; `nil` when it does.
    ///
    /// - Parameter prefix: `REDIS_STREAM`.
    package static func fault(of redis: RedisClient, prefix: String) async -> Fault? {
        do {
            // Redis checks whether it may write before it sees that there is nothing to write to.
            _ = try await redis.send(RedisCommand("SET", "{\(prefix)}:ready", "1", "XX", "PX", "1"))
            return nil
        } catch {
            return Fault(error)
        }
    }
}

extension Readiness.Fault {
    /// What an error of Redis means for a service.
    package init(_ error: any Error) {
        let error = error as? RedisError
        let summary =
            switch error?.serverPrefix {
            case "READONLY": "Redis is a replica and takes no writes."
            case "MISCONF": "Redis takes no writes, because it cannot save them."
            case "NOREPLICAS": "Redis takes no writes, because it has too few replicas."
            case "OOM": "Redis is out of memory."
            case "LOADING": "Redis is loading its data."
            case "BUSY": "Redis is busy with a script."
            case "MASTERDOWN": "Redis is a replica that has lost its master."
            case "NOAUTH", "WRONGPASS", "NOPERM": "Redis does not let this service do its work."
            case .some: "Redis answers with an error."
            case nil where error?.code == .authenticationFailed: "Redis does not let this service do its work."
            case nil where error?.code == .timedOut: "Redis does not answer."
            case nil: "Redis cannot be reached."
            }
        self.init(summary, detail: error.map { "\($0)" } ?? "unknown")
    }
}
