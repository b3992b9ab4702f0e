//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts
import NIOCore

/// Looks at the first byte that the browser sends: over TLS it is the type of a handshake record (RFC 8446, section 5.1), and
/// in HTTP a letter. So a policy that allows `https` only holds on every port.
final class SchemeGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let schemes: WebSchemes
    private let onRefusal: (WebSchemes) -> Void
    private var isDecided: Bool
    private var isRefused = false

    /// - Parameter onRefusal: is told the scheme that was spoken and may not be.
    init(schemes: WebSchemes, onRefusal: @escaping (WebSchemes) -> Void) {
        self.schemes = schemes
        self.onRefusal = onRefusal
        isDecided = schemes == .any
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isRefused { return }
        if !isDecided {
            let buffer = Self.unwrapInboundIn(data)
            guard let first = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) else { return }
            let scheme: WebSchemes = first == 0x16 ? .https : .http
            isDecided = true
            guard schemes.contains(scheme) else {
                isRefused = true
                onRefusal(scheme)
                context.close(promise: nil)
                return
            }
        }
        context.fireChannelRead(data)
    }
}
