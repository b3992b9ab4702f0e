//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
public import Logging
import NIOCore
public import ServiceLifecycle

/// A small web site that the demo and the tests browse instead of the internet.
///
/// It has what a browser agent meets on the web: a search, a sign-in form, lists and selects, dialogs, slow pages,
/// frames, shadow roots and failures, and applications such as a shop, an inbox or a multi-step form. Each page reports
/// its state in an element with the id `status`, and the larger ones keep it as JSON in the attribute `data-state` of
/// the body, for tests to read. `/pages` lists all pages.
public struct DemoSite: Service {
    private let application: Application<RouterResponder<DemoSiteContext>>

    /// Prepares the site; ``run()`` serves it.
    /// - Parameters:
    ///   - host: The address to listen on.
    ///   - port: The TCP port to listen on, 0 for a free one.
    ///   - logger: Logs errors of the server.
    ///   - onRunning: Called once with the port when the site accepts connections.
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
        Self.addApplications(to: router)
        Self.addObstacles(to: router)
        application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .hostname(host, port: port), serverName: "demo-site"),
            onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? port) },
            logger: logger
        )
    }

    /// Pages of typical applications.
    private static func addApplications(to router: Router<DemoSiteContext>) {
        TodoPage.addRoutes(to: router)
        TodoElementsPage.addRoutes(to: router)
        ShopPage.addRoutes(to: router)
        MailPage.addRoutes(to: router)
        TablePage.addRoutes(to: router)
        WizardPage.addRoutes(to: router)
        FlightsPage.addRoutes(to: router)
        MembersPages(sessions: Sessions()).addRoutes(to: router)
        ControlsPage.addRoutes(to: router)
        ComboboxPage.addRoutes(to: router)
        TabsPage.addRoutes(to: router)
        UploadPage.addRoutes(to: router)
        DownloadPage.addRoutes(to: router)
    }

    /// Pages that are difficult to use.
    private static func addObstacles(to router: Router<DemoSiteContext>) {
        DelayedPage.addRoutes(to: router)
        StickyPage.addRoutes(to: router)
        ModalPage.addRoutes(to: router)
        FeedPage.addRoutes(to: router)
        NestedFramesPage.addRoutes(to: router)
        EndlessPages.addRoutes(to: router)
        DialogsPage.addRoutes(to: router)
        PopupsPage.addRoutes(to: router)
        PlainPages.addRoutes(to: router)
    }

    /// Serves the site until it is asked to shut down or its task is cancelled.
    /// - Throws: An `IOError` if the address cannot be listened on.
    public func run() async throws {
        try await application.run()
    }
}

/// The context of a request, with its connection, which one page closes.
struct DemoSiteContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}
