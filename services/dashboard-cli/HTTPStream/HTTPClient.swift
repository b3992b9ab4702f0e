//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// An HTTP/1.1 client on libcurl's multi interface: one thread of its own carries any number of transfers at once.
///
/// A reader that does not read pauses its transfer, so that at most ``Configuration/bufferLimit`` bytes wait in memory
/// and the rest on the server's side. Cancelling the task that waits for an answer ends the transfer at once.
///
/// A proxy from the environment (`http_proxy`, `https_proxy`, `no_proxy`) is used, except for loopback addresses.
package final class HTTPClient: Sendable {
    /// The limits of a client.
    package struct Configuration: Sendable {
        /// Bytes of a body that may wait in memory for their reader before the transfer is paused, for each transfer.
        /// At least 16 KiB.
        package var bufferLimit: Int
        /// Bytes of a body that ``HTTPClient/request(_:)`` takes before it gives up.
        package var bodyLimit: Int

        /// 256 KiB for each stream, 16 MiB for a whole body.
        package init(bufferLimit: Int = 256 * 1024, bodyLimit: Int = 16 * 1024 * 1024) {
            self.bufferLimit = bufferLimit
            self.bodyLimit = bodyLimit
        }
    }

    private let configuration: Configuration
    private let loop: TransferLoop

    /// A client with a thread of its own, which ends with ``shutdown()`` or with the client.
    package init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
        loop = TransferLoop()
    }

    deinit {
        loop.stop()
    }

    /// Sends a request and returns the whole answer, whatever its status.
    /// - Throws: ``HTTPError``, with the code `tooLarge` for a body above ``Configuration/bodyLimit``;
    ///   `CancellationError` when the task is cancelled.
    package func request(_ request: Request) async throws -> Response {
        let response = try await stream(request)
        let body = try await response.body.collect(upTo: configuration.bodyLimit)
        return Response(head: response.head, body: body)
    }

    /// Sends a request and returns as soon as the head of the answer is there, whatever its status.
    /// - Throws: ``HTTPError``; `CancellationError` when the task is cancelled.
    package func stream(_ request: Request) async throws -> StreamingResponse {
        try request.validate()
        let transfer = Transfer(request, bufferLimit: max(configuration.bufferLimit, 16 * 1024), loop: loop)
        let body = Body(subscription: Body.Subscription(transfer: transfer))
        guard loop.post(.start(transfer)) else {
            throw HTTPError(.shutDown, "the HTTP client has been shut down")
        }
        return StreamingResponse(head: try await transfer.head(), body: body)
    }

    /// Ends all transfers, which fail with the code `shutDown`, and then the thread. Returns when it has ended.
    package func shutdown() async {
        loop.stop()
        await loop.waitForEnd()
    }
}
