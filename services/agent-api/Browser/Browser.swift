//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Egress
import FoundationEssentials
package import Logging
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
package final class Browser: Sendable {
    /// The browser's name and version, such as `HeadlessChrome/156.0.8078.79`.
    package let version: String

    /// Where a browser comes from, and what ends with it.
    private enum Origin: Sendable {
        case process(BrowserProcess)
        case socket(DevToolsSocket)
    }

    let connection: DevToolsConnection
    private let origin: Origin
    private let targets: Targets
    private let gates: ContextGates
    private let configuration: BrowserConfiguration
    private let logger: Logger

    private init(
        version: String,
        configuration: BrowserConfiguration,
        connection: DevToolsConnection,
        origin: Origin,
        targets: Targets,
        gates: ContextGates,
        logger: Logger
    ) {
        self.version = version
        self.configuration = configuration
        self.connection = connection
        self.origin = origin
        self.targets = targets
        self.gates = gates
        self.logger = logger
    }

    /// Starts a browser, or connects to the one of ``BrowserConfiguration/cdpURL``, and waits until it answers.
    ///
    /// - Throws: ``BrowserError``: `browserNotFound` with the package to install, `launchFailed` with the tail of what
    ///   the browser wrote, `invalidAddress` for a `cdpURL` that is none; or `CancellationError`. Nothing stays behind
    ///   then.
    package static func launch(_ configuration: BrowserConfiguration, logger: Logger) async throws -> Browser {
        if let url = configuration.cdpURL, !url.isEmpty {
            return try await connect(to: RemoteBrowserURL(url), configuration, logger: logger)
        }
        let environment = ProcessInfo.processInfo.environment
        let searchPath = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let executable = try BrowserExecutable.find(
            configuration.path,
            headless: configuration.headless,
            searchPath: searchPath
        )
        let profile = try ProfileDirectory()
        let gates = ContextGates(configuration, environment: environment)
        let (process, connection, targets) = start(
            configuration,
            executable,
            environment,
            profile,
            gates,
            logger: logger
        )
        do {
            return try await prepare(.process(process), connection, targets, gates, configuration, logger: logger)
        } catch {
            // A browser that says why it does not start also ends by itself; let it finish its sentence.
            if error is BrowserError { _ = await process.hasEnded(within: .milliseconds(500)) }
            await process.terminate(grace: .zero)
            throw launchError(error, executable, process.standardError.lines(20))
        }
    }

    private static func connect(
        to url: RemoteBrowserURL,
        _ configuration: BrowserConfiguration,
        logger: Logger
    ) async throws -> Browser {
        let socket = DevToolsSocket()
        let connection = DevToolsConnection { socket.send($0) }
        let targets = Targets(connection: connection, logger: logger)
        connection.handleEvents(of: nil) { targets.handle($0) }
        try await socket.connect(
            to: url,
            until: .after(configuration.launchTimeout),
            receive: { try connection.receive($0) },
            end: { reason in
                let error = BrowserError(.browserGone, "the browser at \(url) \(reason)")
                connection.close(with: error)
                targets.closeAll(with: error)
            }
        )
        do {
            return try await prepare(.socket(socket), connection, targets, .none, configuration, logger: logger)
        } catch {
            await socket.close()
            throw error
        }
    }

    /// The first words with a browser that has just come up.
    private static func prepare(
        _ origin: Origin,
        _ connection: DevToolsConnection,
        _ targets: Targets,
        _ gates: ContextGates,
        _ configuration: BrowserConfiguration,
        logger: Logger
    ) async throws -> Browser {
        let deadline = Deadline.after(configuration.launchTimeout)
        let version = try await connection.call("Browser.getVersion", until: deadline)
        // Every page, also one that a page opens, is attached before it runs a line of its own.
        _ = try await connection.call("Target.setAutoAttach", DevToolsConnection.autoAttach, until: deadline)
        return Browser(
            version: version["product"]?.string ?? "unknown",
            configuration: configuration,
            connection: connection,
            origin: origin,
            targets: targets,
            gates: gates,
            logger: logger
        )
    }

    private static func start(
        _ configuration: BrowserConfiguration,
        _ executable: String,
        _ environment: [String: String],
        _ profile: ProfileDirectory,
        _ gates: ContextGates,
        logger: Logger
    ) -> (BrowserProcess, DevToolsConnection, Targets) {
        let (messages, outgoing) = AsyncStream<[UInt8]>.makeStream()
        let connection = DevToolsConnection { outgoing.yield($0) }
        let targets = Targets(connection: connection, logger: logger)
        connection.handleEvents(of: nil) { targets.handle($0) }
        let process = BrowserProcess(
            executable: executable,
            arguments: LaunchArguments.make(
                configuration,
                profile: profile.path,
                isRoot: geteuid() == 0,
                isGated: gates.isOn
            ),
            environment: LaunchArguments.environment(from: environment),
            profile: profile,
            messages: messages,
            logger: logger,
            heard: { connection.heard() },
            receive: { try connection.receive($0) },
            end: { end in
                outgoing.finish()
                let error = BrowserError(.browserGone, "the browser \(end)")
                connection.close(with: error)
                targets.closeAll(with: error)
                gates.abandonAll()
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

    /// The process, when it is one of ours.
    var process: BrowserProcess? {
        if case .process(let process) = origin { process } else { nil }
    }

    /// The memory that its processes have for themselves, in bytes, where it can be known.
    var memoryBytes: Int? { process?.group.flatMap { ProcessGroupMemory.bytes(of: $0) } }

    /// Whether the browser answers a simple question in time.
    func answers(within duration: Duration, survivesCancellation: Bool) async -> Bool {
        await connection.answers(within: duration, survivesCancellation: survivesCancellation)
    }

    /// Whether the browser has ended, by itself or by ``close()``, or its connection is lost.
    package var isGone: Bool { connection.failure != nil }

    /// Makes a context that shares nothing with the others.
    ///
    /// - Parameter policy: where its pages may connect to; that of the configuration when left out.
    /// - Throws: ``BrowserError``, `notSupported` for restrictions that cannot be kept to; or `CancellationError`.
    package func newContext(policy: EgressPolicy? = nil) async throws -> BrowserContext {
        let context = try await newClosedContext()
        do {
            try context.open(policy ?? configuration.egress)
            return context
        } catch {
            await context.dispose()
            throw error
        }
    }

    /// Makes a context that connects to nothing yet, see ``BrowserContext/open(_:)``.
    func newClosedContext() async throws -> BrowserContext {
        let gate = try await gates.start()
        do {
            let answer = try await connection.call(
                "Target.createBrowserContext",
                ContextGates.parameters(of: gate),
                until: .after(.seconds(15))
            )
            guard let id = answer["browserContextId"]?.string else {
                throw BrowserError(.protocolError, "the browser made a context without an id")
            }
            if let gate { gates.add(gate, of: id) }
            return openContext(id)
        } catch {
            await gate?.close()
            throw error
        }
    }

    /// A context object for a context that the browser has: its cookies and storage are there, pages are not.
    func openContext(_ id: String) -> BrowserContext {
        let files = ContextFiles(
            parent: process?.profile.path,
            uploadDirectory: configuration.uploadDirectory,
            limits: configuration.downloadLimits
        )
        let context = BrowserContext(
            id: id,
            connection: connection,
            targets: targets,
            gates: gates,
            files: files,
            logger: logger
        )
        targets.add(context)
        context.allowDownloads()
        return context
    }

    /// Ends the browser with all its contexts; of a browser elsewhere only the contexts and the connection. Returns when
    /// its processes are gone and its profile directory is removed; it takes a few seconds at most, whatever state the
    /// browser is in. May be called more than once, also from a cancelled task.
    package func close() async {
        let deadline = Deadline.after(.seconds(2))
        switch origin {
        case .process(let process):
            _ = try? await connection.call("Browser.close", until: deadline, survivesCancellation: true)
            if !(await process.hasEnded(within: deadline.remaining)) { await process.terminate(grace: .seconds(1)) }
        case .socket(let socket):
            // It is not ours to end. What we made in it goes with the connection at the latest.
            for context in targets.contexts { await context.dispose() }
            await socket.close()
        }
        await gates.closeAll()
    }

    /// Ends the browser without asking it.
    func kill() async {
        switch origin {
        case .process(let process): await process.terminate(grace: .zero)
        case .socket(let socket): await socket.close()
        }
        await gates.closeAll()
    }
}

/// Launches a browser for the length of `body` and closes it whatever happens.
///
/// - Throws: what ``Browser/launch(_:logger:)`` and `body` throw.
package func withBrowser<Result: Sendable>(
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
