//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AsyncHTTPClient
import FoundationEssentials
import JSON
import NIOCore
import NIOHTTP1
import Traces

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Sends requests to one server, with a time limit, retries, and errors that include the server's message.
struct ModelTransport: Sendable {
    /// The maximum size of a response.
    private static let maximumBytes = 4 << 20
    /// How much of an error response is read.
    private static let maximumFailureBytes = 64 << 10

    let connections: ModelConnections
    let baseURL: String
    /// Their values are secret: one is the key.
    let headers: [(name: String, value: HiddenText)]
    private let words: ServerWords
    let timeout: Duration
    let retries: RetryPolicy

    init(
        _ configuration: ModelConfiguration,
        over connections: ModelConnections,
        headers: [(name: String, value: HiddenText)]
    ) {
        self.connections = connections
        baseURL = configuration.baseURL
        self.headers = headers
        words = ServerWords(hiding: configuration.apiKey)
        timeout = configuration.timeout
        retries = configuration.retries
    }

    /// The server's name and port, for messages.
    private var host: String {
        let rest = baseURL.firstRange(of: "://").map { baseURL[$0.upperBound...] } ?? baseURL[...]
        return String(rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }

    /// Posts JSON, with retries as the policy says. Whatever it returns or throws has passed through ``ServerWords``.
    ///
    /// - Parameter read: Converts the server's response. A `ModelError` that it throws counts as a failure of the
    ///   server.
    func post<Answer: Sendable>(
        _ path: String,
        _ body: JSONValue,
        read: @Sendable (JSONValue) throws -> Answer
    ) async throws -> Answer {
        let bytes = body.bytes
        var attempt = 1
        while true {
            let failure: Failure
            do {
                return try read(words.answer(try await exchange(path, bytes)))
            } catch let error as Failure {
                failure = error
            } catch let error as ModelError {
                failure = Failure(error: error)
            }
            guard
                let pause = retries.pause(
                    after: failure.error.code,
                    attempt: attempt,
                    retryAfter: failure.retryAfter
                )
            else {
                throw error(failure, attempts: attempt)
            }
            try await Task.sleep(for: pause)
            attempt += 1
        }
    }

    /// How long a question may take that helps and is not needed.
    private static let lookTimeout = Duration.seconds(3)

    /// Asks once for what a server tells of itself.
    ///
    /// - Parameter url: A URL of the server.
    /// - Returns: Its answer; `nil` if it has none.
    /// - Throws: `CancellationError`.
    func look(at url: String) async throws -> JSONValue? {
        do {
            let (status, _, answer) = try await withTimeLimit(min(timeout, Self.lookTimeout)) {
                try await send(nil, to: url)
            }
            return (200..<300).contains(status) ? words.answer(try JSONValue(parsing: answer)) : nil
        } catch {
            try Task.checkCancellation()
            return nil
        }
    }

    /// The error, including the number of attempts.
    private func error(_ failure: Failure, attempts: Int) -> ModelError {
        var error = failure.error
        error.message = words.line(error.message)
        if let wish = failure.retryAfter, wish > retries.longestPause {
            error.message += "; it asks to wait \(wish.components.seconds) s, which is too long"
        }
        if attempts > 1 { error.message += " (after \(attempts) attempts)" }
        return error
    }

    private struct Failure: Error {
        var error: ModelError
        var retryAfter: Duration?
    }

    /// One attempt.
    private func exchange(_ path: String, _ body: [UInt8]) async throws -> JSONValue {
        let (status, fields, answer) = try await withTimeLimit(timeout) { try await send(body, to: baseURL + path) }
        guard (200..<300).contains(status) else { throw failure(status, fields, answer) }
        do {
            return try JSONValue(parsing: answer)
        } catch {
            let start = String(decoding: answer.prefix(400), as: UTF8.self)
            throw Failure(
                error: ModelError(
                    .invalidResponse,
                    "\(host) sent a response that is \(error): \(start.isEmpty ? "it is empty" : start)",
                    status: status
                )
            )
        }
    }

    /// Posts a body, or gets where there is none.
    private func send(_ body: [UInt8]?, to url: String) async throws -> (Int, HTTPHeaders, [UInt8]) {
        var request = HTTPClientRequest(url: url)
        request.method = body == nil ? .GET : .POST
        for (name, value) in headers { request.headers.add(name: name, value: value.exposed) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(body)
        }
        request.headers.add(name: "Accept", value: "application/json")
        request.headers.add(name: "User-Agent", value: "stepcast")
        if let trace = Trace.current { request.headers.add(name: "traceparent", value: "\(trace.context)") }
        let response = try await connections.client().execute(request, deadline: .distantFuture)
        let status = Int(response.status.code)
        guard (200..<300).contains(status) else {
            return (status, response.headers, try await beginning(of: response.body))
        }
        let answer = try await response.body.collect(upTo: Self.maximumBytes)
        return (status, response.headers, Array(answer.readableBytesView))
    }

    /// Reads the start of the body and ignores the rest.
    private func beginning(of body: HTTPClientResponse.Body) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await part in body {
            bytes += part.readableBytesView.prefix(Self.maximumFailureBytes - bytes.count)
            if bytes.count == Self.maximumFailureBytes { break }
        }
        return bytes
    }

    /// Limits the time of an exchange, including the body, and translates connection errors.
    private func withTimeLimit<Value: Sendable>(
        _ timeout: Duration,
        _ body: @Sendable @escaping () async throws -> Value
    ) async throws -> Value {
        do {
            return try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask { try await body() }
                group.addTask {
                    try await Task.sleep(for: timeout)
                    return nil
                }
                defer { group.cancelAll() }
                guard let value = try await group.next() ?? nil else {
                    throw ModelError(.timedOut, "\(host) did not respond within \(timeout.components.seconds) s")
                }
                return value
            }
        } catch let error as ModelError {
            throw Failure(error: error)
        } catch {
            // A failure during cancellation is a consequence of it.
            try Task.checkCancellation()
            if error is NIOTooManyBytesError {
                let size = Self.maximumBytes >> 20
                throw Failure(error: ModelError(.refused, "\(host) answered with more than \(size) MiB"))
            }
            throw Failure(error: ModelError(.unreachable, "cannot reach \(host): \(Self.meaning(of: error))"))
        }
    }

    private static func meaning(of error: any Error) -> String {
        if let error = error as? IOError { return String(cString: strerror(error.errnoCode)).lowercased() }
        guard let error = error as? HTTPClientError else { return "\(error)" }
        return switch error {
        case .connectTimeout: "the server did not respond in time"
        case .remoteConnectionClosed: "the connection was closed before the response was complete"
        default: error.shortDescription
        }
    }

    private func failure(_ status: Int, _ fields: HTTPHeaders, _ answer: [UInt8]) -> Failure {
        let said = Self.message(in: answer)
        let body = String(decoding: answer.prefix(4096), as: UTF8.self)
        let code = ModelError.Code(status: status, said: body)
        let now = fields.first(name: "Date").flatMap(RetryAfter.date) ?? Date()
        var error = ModelError(
            code,
            "\(host) answered with HTTP status \(status)\(said.allSatisfy(\.isWhitespace) ? "" : ": \(said)")",
            status: status
        )
        if code == .tooLong { error.contextLength = ContextLength.stated(in: body) }
        return Failure(
            error: error,
            retryAfter: fields.first(name: "Retry-After").flatMap { RetryAfter.duration($0, now: now) }
        )
    }

    /// The message of an error response: `{"error":{"message":…}}`, `{"error":…}`, `{"message":…}`, or any other text.
    private static func message(in answer: [UInt8]) -> String {
        let text = String(decoding: answer.prefix(4096), as: UTF8.self)
        guard let value = try? JSONValue(parsing: answer) else { return text }
        let error = value["error"]
        return error?["message"]?.string ?? error?.string ?? value["message"]?.string ?? value["detail"]?.string ?? text
    }
}
