//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import ServiceKit
import ServiceLifecycle
import Traces

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Forwards `/api/agents…`, `/api/sessions…` and `/mcp` to agent-api, so that the page, and programs that know the gateway
/// alone, need only one origin.
///
/// Requests are read completely, since agent-api accepts at most 1 MiB. Responses are streamed.
struct AgentAPIForwarder: Sendable, Service {
    private let address: AgentAPIAddress?
    private let timeToAnswer: Duration
    private let logger: Logger
    private let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: Self.configuration)

    /// - Parameters:
    ///   - address: The address of agent-api; `nil` forwards nothing.
    ///   - timeToAnswer: The time limit for the start of a response.
    init(to address: AgentAPIAddress?, timeToAnswer: Duration, logger: Logger) {
        self.address = address
        self.timeToAnswer = timeToAnswer
        self.logger = logger
    }

    /// - Parameter pictures: Answers what the gateway can answer by itself.
    func add(to routes: RouteGroup, _ pictures: PictureAnswer) {
        // agent-api decides which methods exist, except for OPTIONS, which concerns origins.
        for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] {
            for path in Self.roots.flatMap({ [RouterPath($0), RouterPath("\($0)/**")] }) {
                let description = RouteDescription(
                    "Forwarded to agent-api, which describes it",
                    answers: [.init(200, "What agent-api answers.", "application/json", [:])],
                    problems: [401, 404, 409, 410, 413, 415, 422, 429, 502, 504]
                )
                routes.on(path, method, description) { request, context in
                    if let picture = try await pictures.answer(request, context) { return picture }
                    return try await forward(request, context)
                }
            }
        }
    }

    /// Closes the connections at the end.
    func run() async throws {
        try? await gracefulShutdown()
        try await client.shutdown()
    }

    private func forward(_ request: Request, _ context: ServiceContext) async throws -> Response {
        guard let address else {
            throw Problem(
                .notFound,
                "This gateway does not forward to agent-api. Set AGENT_API_URL to its address."
            )
        }
        let response = try await send(request, context, to: address)
        var headers = HTTPFields()
        for (name, value) in response.headers where !Self.isOfConnection(name, response.headers) {
            if let name = HTTPField.Name(name) { headers.append(HTTPField(name: name, value: value)) }
        }
        let body = response.body
        guard request.method != .head else {
            return Response(status: .init(code: Int(response.status.code)), headers: headers)
        }
        return Response(
            status: .init(code: Int(response.status.code), reasonPhrase: response.status.reasonPhrase),
            headers: headers,
            body: ResponseBody(contentLength: headers[.contentLength].flatMap { Int($0) }) { writer in
                for try await part in body { try await writer.write(part) }
                try await writer.finish(nil)
            }
        )
    }

    private func send(
        _ request: Request,
        _ context: ServiceContext,
        to address: AgentAPIAddress
    ) async throws -> HTTPClientResponse {
        var outgoing = HTTPClientRequest(url: address.description + (try Self.target(of: request)))
        outgoing.method = .init(rawValue: request.method.rawValue)
        for name in Self.forwarded {
            for field in request.headers[fields: name] { outgoing.headers.add(name: name.rawName, value: field.value) }
        }
        for field in request.headers where field.name.canonicalName.hasPrefix(Self.prefixOfMCP) {
            outgoing.headers.add(name: field.name.rawName, value: field.value)
        }
        // agent-api does not know the page's cookie.
        if outgoing.headers["authorization"].isEmpty, let token = request.sessionToken {
            outgoing.headers.add(name: "authorization", value: "Bearer \(token)")
        }
        outgoing.headers.add(name: "x-request-id", value: "\(context.requestID)")
        if let trace = Trace.current { outgoing.headers.add(name: "traceparent", value: "\(trace.context)") }
        if let address = context.clientAddress {
            outgoing.headers.add(name: "x-forwarded-for", value: "\(address)")
        }
        let limit = context.maxUploadSize
        let tooLarge = Problem(.contentTooLarge, "The body is larger than 1 MiB (\(limit) bytes).")
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
        do {
            let body = try await request.body.collect(upTo: limit)
            if body.readableBytes > 0 { outgoing.body = .bytes(body) }
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
        do {
            return try await execute(outgoing)
        } catch let error as HTTPClientError where [.deadlineExceeded, .readTimeout].contains(error) {
            throw Problem(
                .gatewayTimeout,
                "agent-api at \(address) did not respond within \(timeToAnswer / .seconds(1)) s. "
                    + "Whether the request was executed is unknown; it is safe to repeat it."
            )
        } catch let error where !(error is CancellationError) {
            throw Problem(
                .badGateway,
                "agent-api cannot be reached at \(address) (AGENT_API_URL): \(Self.reason(error))",
                headers: [.retryAfter: "2"]
            )
        }
    }

    /// Sends an idempotent request again if the connection was closed before the response: it may have been an idle one
    /// that agent-api closed at the same time (RFC 9112, section 9.3.1).
    private func execute(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        do {
            return try await client.execute(request, timeout: TimeAmount(timeToAnswer), logger: logger)
        } catch let error where Self.idempotent.contains(request.method) && Self.tellsOfClosing(error) {
            return try await client.execute(request, timeout: TimeAmount(timeToAnswer), logger: logger)
        }
    }

    /// The path and query as received. A path that a server might interpret differently is rejected.
    private static func target(of request: Request) throws -> String {
        let target = request.head.path ?? "/"
        let path = target.prefix { $0 != "?" }
        let isPlain = path.split(separator: "/").allSatisfy { segment in
            ![".", ".."].contains(segment.replacing("%2e", with: ".").replacing("%2E", with: "."))
        }
        guard isPlain, roots.contains(where: path.hasPrefix) else {
            throw Problem(.unprocessableContent, "A path with the segment . or .. is not forwarded.")
        }
        return String(target.prefix { $0 != "#" })
    }

    /// Whether a connection was closed that there had been.
    private static func tellsOfClosing(_ error: any Error) -> Bool {
        switch error {
        case let error as HTTPClientError: error == .remoteConnectionClosed
        case let error as IOError: [ECONNRESET, EPIPE].contains(error.errnoCode)
        default: error is ChannelError
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError: error.shortDescription
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { reason($0.error) } ?? "no address of \(error.host) was found"
        case let error as IOError where error.errnoCode == ECONNREFUSED: "connection refused"
        case let error as IOError where error.errnoCode == ECONNRESET: "connection reset"
        default: "\(error)"
        }
    }

    private static let roots = ["/api/agents", "/api/sessions", "/mcp"]

    private static let idempotent: [HTTPMethod] = [.GET, .PUT, .DELETE]

    /// The request headers that agent-api needs. `Origin`, cookies and the like concern the browser and the gateway,
    /// which has checked them.
    private static let forwarded: [HTTPField.Name] = [
        .accept, .acceptLanguage, .authorization, .contentType, .ifNoneMatch, .ifModifiedSince, .lastEventID, .range,
        .userAgent,
    ]

    /// The headers of the Model Context Protocol: its version, what a request does, a session.
    private static let prefixOfMCP = "mcp-"

    /// Whether a header belongs to the connection with agent-api (RFC 9110, section 7.6.1), or is set by the gateway
    /// itself.
    private static func isOfConnection(_ name: String, _ headers: HTTPHeaders) -> Bool {
        let name = name.lowercased()
        let own: Set = [
            "connection", "keep-alive", "proxy-connection", "transfer-encoding", "te", "trailer", "upgrade", "vary",
            "date",
            "server",
        ]
        return own.contains(name) || name.hasPrefix("access-control-")
            || headers[canonicalForm: "connection"].contains { $0.lowercased() == name }
    }

    private static let configuration: HTTPClient.Configuration = {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(3), read: .seconds(30)),
            // Shorter than agent-api's own limit for idle connections.
            connectionPool: .init(idleTimeout: .seconds(20), concurrentHTTP1ConnectionsPerHostSoftLimit: 64),
            decompression: .disabled
        )
        // The client may retry, and is notified at once.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        return configuration
    }()
}
