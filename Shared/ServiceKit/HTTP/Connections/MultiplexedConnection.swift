//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// Counts the streams of an HTTP/2 connection: it waits for its client only while it has none.
final class MultiplexedConnection: ChannelInboundHandler {
    typealias InboundIn = Any

    private let entry: ConnectionTable.Entry
    private var streams = 0

    init(entry: ConnectionTable.Entry) { self.entry = entry }

    func streamOpened() {
        streams += 1
        if streams == 1 { entry.waits(since: nil) }
    }

    func streamClosed() {
        streams -= 1
        if streams == 0 { entry.waits(since: .now()) }
    }
}
