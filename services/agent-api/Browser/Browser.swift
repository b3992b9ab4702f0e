//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
public import Logging
import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A running browser. Each task gets a ``BrowserContext`` of its own, with its own cookies and pages.
///
/// Whoever launches a browser closes it; ``withBrowser(_:logger:_:)`` does both.
public final class Browser: Sendable {
    /// The browser's name and version, such as `HeadlessChrome/156.0.8078.79`.
    public let version: String

    let connection: DevToolsConnection
    let process: BrowserProcess
    private let targets: Targets
    private let configuration: BrowserConfiguration
    private let logger: Logger

    private init(
        version: String,
        configuration: BrowserConfiguration,
        connection: DevToolsConnection,
        process: BrowserProcess,
        targets: Targets,
        logger: Logger
    ) {
        self.version = version
        self.configuration = configuration
        self.connection = connection
        self.process = process
        self.targets = targets
        self.logger = logger
    }

    /// Starts a browser and waits until it answers.
    ///
    /// - Throws: ``BrowserError``: `browserNotFound` with the package to install, `launchFailed` with the tail of what
    ///   the browser wrote, `notSupported` for a `cdpURL`; or `CancellationError`. Nothing stays behind then.
    public static func launch(_ configuration: BrowserConfiguration, logger: Logger) async throws -> Browser {
        if let url = configuration.cdpURL, !url.isEmpty {
            throw BrowserError(
                .notSupported,
                "BROWSER_CDP_URL is not supported yet (\(url)): leave it empty to start a browser here"
            )
        }
        let environment = ProcessInfo.processInfo.environment
        let searchPath = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let executable = try BrowserExecutable.find(configuration.path, searchPath: searchPath)
        let profile = try ProfileDirectory()
        let (process, connection, targets) = start(configuration, executable, environment, profile, logger: logger)
        do {
            let deadline = Deadline.after(configuration.launchTimeout)
            let version = try await connection.call("Browser.getVersion", until: deadline)
            // Every page, also one that a page opens, is attached before it runs a line of its own.
            _ = try await connection.call("Target.setAutoAttach", Targets.autoAttach, until: deadline)
            return Browser(
                version: version["product"]?.string ?? "unknown",
                configuration: configuration,
                connection: connection,
                process: process,
                targets: targets,
                logger: logger
            )
        } catch {
            // A browser that says why it does not start also ends by itself; let it finish its sentence.
            if error is BrowserError { _ = await process.hasEnded(within: .milliseconds(500)) }
            await process.terminate(grace: .zero)
            throw launchError(error, executable, process.standardError.lines(20))
        }
    }

    private static func start(
        _ configuration: BrowserConfiguration,
        _ executable: String,
        _ environment: [String: String],
        _ profile: ProfileDirectory,
        logger: Logger
    ) -> (BrowserProcess, DevToolsConnection, Targets) {
        let (messages, outgoing) = AsyncStream<[UInt8]>.makeStream()
        let connection = DevToolsConnection { outgoing.yield($0) }
        let targets = Targets(connection: connection, logger: logger)
        connection.handleEvents(of: nil) { targets.handle($0) }
        let process = BrowserProcess(
            executable: executable,
            arguments: LaunchArguments.make(configuration, profile: profile.path, isRoot: geteuid() == 0),
            environment: LaunchArguments.environment(from: environment),
            profile: profile,
            messages: messages,
            logger: logger,
            receive: { try connection.receive($0) },
            end: { end in
                outgoing.finish()
                let error = BrowserError(.browserGone, "the browser \(end)")
                connection.close(with: error)
                targets.closeAll(with: error)
            }
        )
        return (process, connection, targets)
    }

    /// What a failed launch tells: the browser's own words are mostly the reason.
    private static func launchError(_ error: any Error, _ executable: String, _ tail: [String]) -> any Error {
        guard let error = error as? BrowserError else { return error }
        let said = tail.isEmpty ? "" : "; it said:\n" + tail.joined(separator: "\n")
        return BrowserError(.launchFailed, "\(executable) did not start: \(error.message)\(said)")
    }

    /// Whether the browser has ended, by itself or by ``close()``.
    public var isGone: Bool { connection.failure != nil }

    /// Makes a context that shares nothing with the others.
    ///
    /// - Throws: ``BrowserError`` or `CancellationError`.
    public func newContext() async throws -> BrowserContext {
        let deadline = Deadline.after(.seconds(15))
        let answer = try await connection.call(
            "Target.createBrowserContext",
            ["disposeOnDetach": true],
            until: deadline
        )
        guard let id = answer["browserContextId"]?.string else {
            throw BrowserError(.protocolError, "the browser made a context without an id")
        }
        return openContext(id)
    }

    /// A context object for a context that the browser has: its cookies and storage are there, pages are not.
    func openContext(_ id: String) -> BrowserContext {
        let files = ContextFiles(
            parent: process.profile.path,
            uploadDirectory: configuration.uploadDirectory,
            limits: configuration.downloadLimits
        )
        let context = BrowserContext(
            id: id,
            connection: connection,
            targets: targets,
            files: files,
            logger: logger
        )
        targets.add(context)
        context.allowDownloads()
        return context
    }

    /// Ends the browser with all its contexts. Returns when its processes are gone and its profile directory is
    /// removed; it takes a few seconds at most, whatever state the browser is in. May be called more than once, also
    /// from a cancelled task.
    public func close() async {
        let deadline = Deadline.after(.seconds(2))
        _ = try? await connection.call("Browser.close", until: deadline, survivesCancellation: true)
        if !(await process.hasEnded(within: deadline.remaining)) { await process.terminate(grace: .seconds(1)) }
    }
}

/// Launches a browser for the length of `body` and closes it whatever happens.
///
/// - Throws: what ``Browser/launch(_:logger:)`` and `body` throw.
public func withBrowser<Result: Sendable>(
    _ configuration: BrowserConfiguration,
    logger: Logger,
    _ body: (Browser) async throws -> Result
) async throws -> Result {
    let browser = try await Browser.launch(configuration, logger: logger)
    do {
        let result = try await body(browser)
        await browser.close()
        return result
    } catch {
        await browser.close()
        throw error
    }
}
