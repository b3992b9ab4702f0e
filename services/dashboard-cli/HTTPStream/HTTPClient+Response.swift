//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension HTTPClient {
    /// Status and header fields of an answer.
    package struct ResponseHead: Sendable, Hashable {
        /// The status code, 200 to 999; interim answers (1xx) are not shown.
        package var status: Int
        /// The header fields.
        package var headers: Headers

        /// A head of the given parts.
        package init(status: Int, headers: Headers) {
            self.status = status
            self.headers = headers
        }

        /// The media type of the body in lower case, without parameters: `text/event-stream`.
        package var mediaType: String? {
            headers["content-type"]?.split(separator: ";").first.map {
                $0.trimmingPrefix { $0 == " " }.lowercased().filter { $0 != " " }
            }
        }
    }

    /// A whole answer.
    package struct Response: Sendable, Hashable {
        /// Status and header fields.
        package var head: ResponseHead
        /// The whole body.
        package var body: [UInt8]

        /// The status code.
        package var status: Int { head.status }
        /// The header fields.
        package var headers: Headers { head.headers }
        /// The body as UTF-8, broken sequences replaced.
        package var text: String { String(decoding: body, as: UTF8.self) }

        /// An answer of the given parts.
        package init(head: ResponseHead, body: [UInt8]) {
            self.head = head
            self.body = body
        }
    }

    /// An answer whose body is still on its way. Letting go of it ends the transfer.
    package struct StreamingResponse: Sendable {
        /// Status and header fields.
        package let head: ResponseHead
        /// The body, as it comes.
        package let body: Body

        /// The status code.
        package var status: Int { head.status }
        /// The header fields.
        package var headers: Headers { head.headers }
    }

    /// The bytes of an answer as they come, for one reader. Each element is what has arrived since the last one, never
    /// empty. While nobody reads, at most ``HTTPClient/Configuration/bufferLimit`` bytes are kept; then the transfer
    /// pauses, the socket fills up, and the server has to wait.
    ///
    /// Iterating throws ``HTTPError``, or `CancellationError` when the task is cancelled.
    package struct Body: AsyncSequence, Sendable {
        /// What has arrived since the last element.
        package typealias Element = [UInt8]

        let subscription: Subscription

        /// Reads on from where the last iterator stopped.
        package func makeAsyncIterator() -> AsyncIterator {
            AsyncIterator(subscription: subscription)
        }

        /// All that is left of the body.
        /// - Throws: ``HTTPError`` with the code `tooLarge` for more than `limit` bytes.
        package func collect(upTo limit: Int) async throws -> [UInt8] {
            var bytes: [UInt8] = []
            for try await chunk in self {
                guard bytes.count + chunk.count <= limit else {
                    throw HTTPError(.tooLarge, "the body is larger than \(limit) bytes")
                }
                bytes += chunk
            }
            return bytes
        }

        /// Takes the bytes from the transfer.
        package struct AsyncIterator: AsyncIteratorProtocol {
            let subscription: Subscription

            /// The next bytes, or `nil` when the answer is complete.
            package mutating func next() async throws -> [UInt8]? {
                try await subscription.transfer.nextChunk()
            }

            /// The next bytes, or `nil` when the answer is complete.
            package mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
                try await subscription.transfer.nextChunk()
            }
        }

        /// The reader's end of a transfer: when the last copy goes, so does the transfer.
        final class Subscription: Sendable {
            let transfer: Transfer

            init(transfer: Transfer) {
                self.transfer = transfer
            }

            deinit {
                transfer.cancel()
            }
        }
    }
}
