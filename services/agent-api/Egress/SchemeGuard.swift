//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts
import NIOCore

/// Checks the first byte that the browser sends: with TLS it is the type of a handshake record (RFC 8446, section 5.1),
/// with HTTP a letter. So a policy that allows only `https` applies on every port.
final class SchemeGuard: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let schemes: WebSchemes
    private let onRefusal: (WebSchemes) -> Void
    private var isDecided: Bool
    private var isRefused = false

    /// - Parameter onRefusal: Called with the scheme that was used and is not allowed.
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
