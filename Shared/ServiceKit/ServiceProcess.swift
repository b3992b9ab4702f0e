//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser
import Hummingbird
package import Logging
import NIOCore
import ProgramSettings
package import ServiceLifecycle
import UnixSignals

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Runs one service as the whole process: settings, log, signals, and the line that says why it stopped.
package struct ServiceProcess: Sendable {
    /// The program's name for its messages.
    package let name: String

    package init(name: String) {
        self.name = name
    }

    /// Reads settings.
    ///
    /// - Throws: `ExitCode` 2, after one line that names the setting, its value and what is allowed.
    package func configure<Value>(_ read: () async throws -> Value) async throws -> Value {
        do {
            return try await read()
        } catch let error as InvalidSetting {
            throw stop(with: "\(error)", code: 2)
        }
    }

    /// The logger of the process.
    package func logger(_ configuration: ServiceConfiguration) -> Logger {
        // Writing to a client that disconnected must fail with an error, not end the process.
        signal(SIGPIPE, SIG_IGN)
        // So must writing to a file that may not grow.
        signal(SIGXFSZ, SIG_IGN)
        let (format, level) = (configuration.logFormat, configuration.logLevel)
        LoggingSystem.bootstrap { label in ServiceLogHandler(label: label, format: format, level: level) }
        return Logger(label: name)
    }

    /// Runs the service until it ends. SIGTERM and SIGINT shut it down gracefully within 30 s.
    ///
    /// - Throws: `ExitCode` 1, after one line that says why.
    package func run(_ service: any Service, settings: Settings, at address: String, logger: Logger) async throws {
        let effective = settings.effective.map { ($0.variable, Logger.MetadataValue.string($0.value)) }
        logger.info("starting", metadata: Logger.Metadata(uniqueKeysWithValues: effective))
        for warning in settings.warnings { logger.warning("\(warning)") }
        let unknown = settings.unknownNames
        if !unknown.isEmpty {
            logger.info(
                "the .env file has names that are not settings",
                metadata: ["names": "\(unknown.joined(separator: " "))"]
            )
        }
        var configuration = ServiceGroupConfiguration(
            services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = .seconds(30)
        do {
            try await ServiceGroup(configuration: configuration).run()
            logger.info("stopped")
        } catch let error as IOError {
            throw stop(with: "cannot listen on \(address): \(String(cString: strerror(error.errnoCode)))", code: 1)
        } catch let error as SocketAddressError.UnknownHost {
            throw stop(with: "cannot listen on \(address): the host name \(error.host) cannot be resolved", code: 1)
        } catch {
            throw stop(with: "\(error)", code: 1)
        }
    }

    private func stop(with reason: String, code: Int32) -> ExitCode {
        let line = "\(name): \(reason.onOneLine)\n"
        _ = line.utf8.withContiguousStorageIfAvailable { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        return ExitCode(code)
    }
}
