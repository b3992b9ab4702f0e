//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Logging
import NIOCore
import NIOEmbedded
import Redis
import Testing

@testable import Delivery

@Suite("A viewer's connection")
struct ViewerTests {
    /// A socket that was reset.
    private final class BrokenSocket: ChannelOutboundHandler {
        typealias OutboundIn = ByteBuffer

        func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
            promise?.fail(ChannelError.ioOnClosedChannel)
        }
    }

    @Test("That is gone before the first byte is written leaves nothing behind")
    func goneAtOnce() throws {
        let redis = RedisClient(
            configuration: try RedisConfiguration(url: "redis://127.0.0.1:1"),
            logger: Logger(label: "t")
        )
        let reader = StreamReader(redis: redis, heavyRedis: redis, prefix: "browser_use_logs", largestValue: 1024)
        let channel = EmbeddedChannel(handler: BrokenSocket())
        let loop = channel.embeddedEventLoop
        let looks = LookQueue(reader: reader, eventLoop: loop)
        let topic = Topic(name: .run(run), prefix: "browser_use_logs", looks: looks, deliveryLoop: loop)
        let (pages, wheel) = (PageQueue(reader: reader), HeartbeatWheel(eventLoop: loop))
        weak var left: Viewer?
        do {
            let socket = ViewerSocket(channel, isSocket: true)
            let viewer = Viewer(socket: socket, topic: topic, query: ViewerQuery(), pages: pages, wheel: wheel)
            left = viewer
            viewer.start(head: ByteBuffer(string: "head"), greeting: ByteBuffer(string: "greeting"))
        }
        loop.run()
        #expect(left == nil)
    }
}
