//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension HTTPClient {
    /// Status and header fields of an answer.
    public struct ResponseHead: Sendable, Hashable {
        /// The status code, 200 to 999; interim answers (1xx) are not shown.
        public var status: Int
        /// The header fields.
        public var headers: Headers

        /// A head of the given parts.
        public init(status: Int, headers: Headers) {
            self.status = status
            self.headers = headers
        }

        /// The media type of the body in lower case, without parameters: `text/event-stream`.
        public var mediaType: String? {
            headers["content-type"]?.split(separator: ";").first.map {
                $0.trimmingPrefix { $0 == " " }.lowercased().filter { $0 != " " }
            }
        }
    }

    /// A whole answer.
    public struct Response: Sendable, Hashable {
        /// Status and header fields.
        public var head: ResponseHead
        /// The whole body.
        public var body: [UInt8]

        /// The status code.
        public var status: Int { head.status }
        /// The header fields.
        public var headers: Headers { head.headers }
        /// The body as UTF-8, broken sequences replaced.
        public var text: String { String(decoding: body, as: UTF8.self) }

        /// An answer of the given parts.
        public init(head: ResponseHead, body: [UInt8]) {
            self.head = head
            self.body = body
        }
    }

    /// An answer whose body is still on its way. Letting go of it ends the transfer.
    public struct StreamingResponse: Sendable {
        /// Status and header fields.
        public let head: ResponseHead
        /// The body, as it comes.
        public let body: Body

        /// The status code.
        public var status: Int { head.status }
        /// The header fields.
        public var headers: Headers { head.headers }
    }

    /// The bytes of an answer as they come, for one reader. Each element is what has arrived since the last one, never
    /// empty. While nobody reads, at most ``HTTPClient/Configuration/bufferLimit`` bytes are kept; then the transfer
    /// pauses, the socket fills up, and the server has to wait.
    ///
    /// Iterating throws ``HTTPError``, or `CancellationError` when the task is cancelled.
    public struct Body: AsyncSequence, Sendable {
        /// What has arrived since the last element.
        public typealias Element = [UInt8]

        let subscription: Subscription

        /// Reads on from where the last iterator stopped.
        public func makeAsyncIterator() -> AsyncIterator {
            AsyncIterator(subscription: subscription)
        }

        /// All that is left of the body.
        /// - Throws: ``HTTPError`` with the code `tooLarge` for more than `limit` bytes.
        public func collect(upTo limit: Int) async throws -> [UInt8] {
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
        public struct AsyncIterator: AsyncIteratorProtocol {
            let subscription: Subscription

            /// The next bytes, or `nil` when the answer is complete.
            public mutating func next() async throws -> [UInt8]? {
                try await subscription.transfer.nextChunk()
            }

            /// The next bytes, or `nil` when the answer is complete.
            public mutating func next(isolation actor: isolated (any Actor)?) async throws -> [UInt8]? {
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
