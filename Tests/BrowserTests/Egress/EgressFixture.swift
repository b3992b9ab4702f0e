//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Egress
import Hosts
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Browser

/// A server that must not be reached: it counts who comes, by TCP and by UDP.
final class Trap: Sendable {
    private final class Counter: Sendable {
        let count = Mutex(0)
        let packets = Mutex(0)
    }

    private let accepted: Counter
    let port: Int
    /// Where UDP packets would come to.
    let packetPort: Int

    private init(accepted: Counter, port: Int, packetPort: Int) {
        self.accepted = accepted
        self.port = port
        self.packetPort = packetPort
    }

    /// Connections and packets that came.
    var visits: Int { accepted.count.withLock { $0 } }

    /// The packets among them.
    var packets: Int { accepted.packets.withLock { $0 } }

    /// The address of this machine that stands for another host: the tests' policy forbids it.
    static let host = "127.0.0.2"

    var url: String { "http://\(Self.host):\(port)" }

    static func with<Result>(_ body: (Trap) async throws -> Result) async throws -> Result {
        let counter = Counter()
        let group = MultiThreadedEventLoopGroup.singleton
        let listener = try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                counter.count.withLock { $0 += 1 }
                return channel.close()
            }
            .bind(host: host, port: 0).get()
        let packets = try await DatagramBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        PacketCounter {
                            counter.count.withLock { $0 += 1 }
                            counter.packets.withLock { $0 += 1 }
                        }
                    )
                }
            }
            .bind(host: host, port: 0).get()
        let trap = Trap(
            accepted: counter,
            port: listener.localAddress?.port ?? 0,
            packetPort: packets.localAddress?.port ?? 0
        )
        func end() async {
            try? await listener.close()
            try? await packets.close()
        }
        do {
            let result = try await body(trap)
            await end()
            return result
        } catch {
            await end()
            throw error
        }
    }

    private final class PacketCounter: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>
        private let count: () -> Void

        init(count: @escaping () -> Void) { self.count = count }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { count() }
    }
}

/// A browser of which contexts are restricted, shared by the tests of a suite.
struct EgressFixture: Sendable {
    @TaskLocal static var current: EgressFixture?

    let browser: Browser

    static var shared: EgressFixture {
        get throws { try #require(current, "the suite needs the trait .restrictedBrowser") }
    }

    /// This machine as 127.0.0.1 may be reached, and nothing else that is private.
    static func policy() throws -> EgressPolicy {
        EgressPolicy(blocksPrivateNetworks: true, allowedNetworks: [try AddressBlock("127.0.0.1")])
    }

    /// Opens a page in a context of its own with a policy.
    func withPage<Result: Sendable>(
        _ policy: EgressPolicy,
        _ body: (Page, BrowserContext) async throws -> Result
    ) async throws -> Result {
        try await Turnstile.pages.pass {
            let context = try await browser.newContext(policy: policy)
            do {
                let result = try await body(try await context.newPage(), context)
                await context.close()
                return result
            } catch {
                await context.close()
                throw error
            }
        }
    }

    /// A site whose pages a test writes, by path; any other is an empty answer with status 200.
    static func withSite<Result: Sendable>(
        _ answers: [String: SiteAnswer],
        _ body: (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        try await ScriptedServer.with { connection in
            let request = try await connection.request()
            let path = String(request.target.prefix { $0 != "?" })
            let answer = answers[path] ?? SiteAnswer(type: "text/plain", body: "ok")
            try await connection.respond(
                answer.status,
                headers: ["Content-Type": answer.type, "Cache-Control": "no-store"]
                    .merging(answer.headers) { $1 },
                body: answer.body
            )
        } body: {
            try await body($0)
        }
    }
}

struct SiteAnswer: Sendable {
    var status = "200 OK"
    var type = "text/html; charset=utf-8"
    var headers: [String: String] = [:]
    var body = ""
}

/// Starts the restricted browser for a suite and ends it after its last test.
struct RestrictedBrowserTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let rules =
            "--host-resolver-rules=MAP evil.test 127.0.0.2, MAP *.test 127.0.0.1, MAP meta.invalid 169.254.169.254"
        let configuration = try BrowserFixture.configuration([rules])
        try await withBrowser(configuration, logger: BrowserFixture.logger) { browser in
            try await EgressFixture.$current.withValue(EgressFixture(browser: browser)) {
                try await function()
            }
        }
    }
}

extension Trait where Self == RestrictedBrowserTrait {
    static var restrictedBrowser: RestrictedBrowserTrait { RestrictedBrowserTrait() }
}

/// What is tested with a restricted browser, with one for all of it.
@Suite("Restricted pages", .restrictedBrowser)
enum RestrictedPageTests {}

/// Whether somebody listens.
enum PortProbe {
    static func connect(to port: Int) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port).get()
        try await channel.close()
    }
}
