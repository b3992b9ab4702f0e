//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hummingbird
package import Logging
package import ServiceLifecycle
import Traces

extension ServiceRouter {
    /// The HTTP server of these routes, together with the services that it needs.
    ///
    /// - Parameters:
    ///   - service: The settings: where to listen, and the limits on connections.
    ///   - services: They end in reverse order, after the server.
    ///   - readiness: Checked until the service is ready for the first time, so that the log says when it is.
    ///   - logger: For the service's own log.
    ///   - onListening: Receives the port once the service listens.
    package func application(
        _ service: ServiceConfiguration,
        services: [any Service] = [],
        readiness: @escaping HealthRoutes.Check = { nil },
        logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void
    ) -> any Service {
        let connections = ConnectionTable(limits: service.connections)
        let readinessWatch = ReadinessWatch(check: readiness)
        return Application(
            router: self,
            server: .service(connections, certificate: service.certificate),
            // With the usual backlog of 256, five thousand viewers that return at once take 13 s to be accepted; with
            // 4,096 about one.
            configuration: ApplicationConfiguration(
                address: .hostname(service.host, port: service.port),
                backlog: 4096
            ),
            // The tracer ends last, so that it sends what the others do at their end.
            services: (tracer.map { [$0] } ?? []) + services + [readinessWatch],
            onServerRunning: { channel in
                try? await connections.watch(channel, logger: logger)
                let port = channel.localAddress?.port ?? service.port
                logger.info("listening", metadata: ["url": "\(service.scheme)://\(service.host):\(port)"])
                await onListening(port)
                readinessWatch.listens()
            },
            logger: logger.sparing
        )
    }
}
