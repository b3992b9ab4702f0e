//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
public import Logging
import NIOCore
public import ServiceLifecycle

/// A small web site which the demo and the tests browse instead of the internet.
///
/// It has what a browser agent meets out there: a search, a sign-in form, lists and selects, dialogs, slow pages,
/// frames, shadow roots and failures. Each page says what happened to it in an element with the id `status`, so that
/// a test can read it. `/pages` lists them all.
public struct DemoSite: Service {
    private let application: Application<RouterResponder<DemoSiteContext>>

    /// Prepares the site; ``run()`` serves it.
    /// - Parameters:
    ///   - host: The address to listen on.
    ///   - port: The TCP port to listen on, 0 for one that the system chooses.
    ///   - logger: Where the server reports what goes wrong.
    ///   - onRunning: Called once with the port as soon as the site accepts connections.
    public init(
        host: String = "127.0.0.1",
        port: Int = 0,
        logger: Logger = Logger(label: "demo-site"),
        onRunning: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        let router = Router(context: DemoSiteContext.self)
        router.middlewares.add(PageErrors())
        IndexPage.addRoutes(to: router)
        SearchPages.addRoutes(to: router)
        LoginPages(sessions: Sessions()).addRoutes(to: router)
        ListsPage.addRoutes(to: router)
        DialogPage.addRoutes(to: router)
        SlowPages.addRoutes(to: router)
        FramePages.addRoutes(to: router)
        ShadowPage.addRoutes(to: router)
        LinksPages.addRoutes(to: router)
        FailurePages.addRoutes(to: router)
        self.application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: "demo-site"),
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? port) },
            logger: logger
        )
    }

    /// Serves the site until it is asked to shut down or its task is cancelled.
    /// - Throws: An `IOError` when the address cannot be listened on.
    public func run() async throws {
        try await self.application.run()
    }
}

/// What a request carries along: the usual, and the connection it came on, which one page closes.
struct DemoSiteContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        self.coreContext = CoreRequestContextStorage(source: source)
        self.channel = source.channel
    }
}
