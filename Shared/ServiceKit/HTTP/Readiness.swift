//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging
package import Redis

/// Whether a service is ready: Redis responds and accepts writes.
///
/// However many ask, one probe answers all: requests during a probe and within a second after it get the same result.
package actor Readiness {
    /// Why a service is not ready.
    package struct Fault: Hashable, Sendable {
        /// For any client: without addresses, names and Redis's own messages.
        package var summary: String

        /// For the log.
        package var detail: String

        package init(_ summary: String, detail: String) {
            self.summary = summary
            self.detail = detail
        }
    }

    /// How long a result is valid.
    package static let validity = Duration.seconds(1)

    private let logger: Logger
    private let probe: @Sendable () async -> Fault?
    private var last: (fault: Fault?, at: ContinuousClock.Instant)?
    private var running: Task<Fault?, Never>?
    /// The last logged state; `nil` if nothing has been logged yet.
    private var logged: Fault??

    /// - Parameter probe: Checks whether the service is ready.
    package init(logger: Logger, probe: @escaping @Sendable () async -> Fault?) {
        self.logger = logger
        self.probe = probe
    }

    /// Why the service is not ready, in words that any client may see; `nil` if it is.
    package func check() async -> String? {
        if let last, ContinuousClock.now - last.at < Self.validity { return last.fault?.summary }
        if let running { return await running.value?.summary }
        let probe = self.probe
        // The task is separate so that the result still arrives if the first caller is cancelled.
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

    /// Why Redis does not accept writes; `nil` if it does.
    ///
    /// - Parameter prefix: `REDIS_STREAM`.
    package static func fault(of redis: RedisClient, prefix: String) async -> Fault? {
        do {
            // Redis checks whether it may write before it finds that the key does not exist.
            _ = try await redis.send(RedisCommand("SET", "{\(prefix)}:ready", "1", "XX", "PX", "1"))
            return nil
        } catch {
            return Fault(error)
        }
    }
}

extension Readiness.Fault {
    /// What a Redis error means for the service.
    package init(_ error: any Error) {
        let error = error as? RedisError
        let summary =
            switch error?.serverPrefix {
            case "READONLY": "Redis is a replica and does not accept writes."
            case "MISCONF": "Redis does not accept writes, because it cannot save them."
            case "NOREPLICAS": "Redis does not accept writes, because it has too few replicas."
            case "OOM": "Redis is out of memory."
            case "LOADING": "Redis is loading its data."
            case "BUSY": "Redis is busy with a script."
            case "MASTERDOWN": "Redis is a replica that lost its master."
            case "NOAUTH", "WRONGPASS", "NOPERM": "Redis does not permit this service to work."
            case .some: "Redis responds with an error."
            case nil where error?.code == .authenticationFailed: "Redis does not permit this service to work."
            case nil where error?.code == .timedOut: "Redis does not respond."
            case nil: "Redis cannot be reached."
            }
        self.init(summary, detail: error.map { "\($0)" } ?? "unknown")
    }
}
