//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import Logging
public import ServiceLifecycle

/// Says in the service's log, once, that the service is ready; and before that, once, why it is not.
public struct ReadinessLog: Service {
    private let logger: Logger
    private let check: @Sendable () async -> String?
    private let listening: AsyncStream<Void>
    private let announcement: AsyncStream<Void>.Continuation

    /// - Parameter check: Why the service cannot do its work now; `nil` when it can.
    public init(logger: Logger, check: @escaping @Sendable () async -> String?) {
        self.logger = logger
        self.check = check
        (self.listening, self.announcement) = AsyncStream.makeStream()
    }

    /// The service listens now.
    public func listens() { self.announcement.finish() }

    /// Looks until the service is ready, then waits for its end.
    public func run() async {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.waitUntilReady() }
                try? await gracefulShutdown()
                group.cancelAll()
            }
        } onGracefulShutdown: {
            self.announcement.finish()
        }
    }

    private func waitUntilReady() async {
        for await _ in self.listening {}
        var isTold = false
        while !Task.isCancelled {
            guard let reason = await self.check() else {
                if !Task.isCancelled { self.logger.info("ready") }
                return
            }
            if !isTold, !Task.isCancelled { self.logger.warning("not ready: \(reason)") }
            isTold = true
            try? await Task.sleep(for: .seconds(1))
        }
    }
}

extension Logger {
    /// The same without its `info` lines, for a part whose news the service tells itself; with `LOG_LEVEL=debug` and
    /// below it is complete.
    public var sparing: Logger {
        var logger = self
        if logger.logLevel == .info { logger.logLevel = .notice }
        return logger
    }
}
