//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import HTTPTypes
import Hummingbird
import JSON
import LocalServer
import Loopback
import Synchronization

/// The server of the pages. Each run has its own path, under which its pages report what was done on them.
final class TaskSite: Sendable {
    private struct Visit {
        let data: JSONValue
        var states = PageStates()
    }

    private let http: LocalServer
    private let resources: URL
    private let visits = Mutex<[String: Visit]>([:])

    private init(http: LocalServer) {
        self.http = http
        resources = Bundle.module.resourceURL ?? URL(fileURLWithPath: ".")
    }

    /// Runs the server while the body runs.
    static func with<Result: Sendable>(_ body: (TaskSite) async throws -> Result) async throws -> Result {
        let site = TaskSite(http: try LocalServer())
        let router = Router()
        router.get("**") { request, _ in try site.get(request.uri.path, request) }
        router.post("**") { request, _ in try await site.post(request.uri.path, request) }
        return try await site.http.serve(router) { try await body(site) }
    }

    /// All tasks, in the order of their files.
    static func tasks() throws -> [BenchmarkTask] {
        guard let folder = Bundle.module.resourceURL?.appending(path: "Tasks") else { return [] }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        return try files.flatMap { file in
            try TaskFile.parse(String(contentsOf: folder.appending(path: file), encoding: .utf8), file: file)
        }
    }

    /// The names of all pages.
    static func pages() throws -> [String] {
        guard let folder = Bundle.module.resourceURL?.appending(path: "Pages") else { return [] }
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        return files.filter { $0.hasSuffix(".html") }.map { String($0.dropLast(5)) }.sorted()
    }

    /// Starts a visit and returns the address of its page.
    func open(_ page: String, as name: String, data: JSONValue) -> String {
        visits.withLock { $0[name] = Visit(data: data) }
        return "http://127.0.0.1:\(http.port)/\(name)/\(page)"
    }

    func states(of name: String) -> PageStates { visits.withLock { $0[name]?.states ?? PageStates() } }

    private func get(_ path: String, _ request: Request) throws -> Response {
        let parts = path.split(separator: "/").map(String.init)
        if parts == ["kit.js"] || parts == ["drive.js"] {
            return answer(try Data(contentsOf: resources.appending(path: "Pages/\(parts[0])")), "text/javascript")
        }
        guard parts.count >= 2, let data = visits.withLock({ $0[parts[0]]?.data }) else {
            throw HTTPError(.notFound)
        }
        if parts[1] == "data.js" { return answer(Data("const D = \(data.text)\n".utf8), "text/javascript") }
        if parts[1] == "download", parts.count == 3 {
            visits.withLock { $0[parts[0]]?.states.append(.string(parts[2]), to: PageStates.downloads) }
            var response = answer(Data("id,name\n1,\(parts[2])\n".utf8), "application/octet-stream")
            response.headers[.contentDisposition] = "attachment; filename=\"\(parts[2])\""
            return response
        }
        guard parts.count == 2, parts[1].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" }) else {
            throw HTTPError(.notFound)
        }
        guard let page = try? Data(contentsOf: resources.appending(path: "Pages/\(parts[1]).html")) else {
            throw HTTPError(.notFound)
        }
        return answer(page, "text/html; charset=utf-8")
    }

    /// `/<visit>/state/<document>` receives a state, `/<visit>/submit/<form>` a form.
    private func post(_ path: String, _ request: Request) async throws -> Response {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count == 3, visits.withLock({ $0[parts[0]] != nil }) else { throw HTTPError(.notFound) }
        let body = Array(buffer: try await request.body.collect(upTo: 1 << 20))
        switch parts[1] {
        case "state":
            let state = try JSONValue(parsing: body)
            visits.withLock { $0[parts[0]]?.states.report(parts[2], state) }
            return Response(status: .noContent)
        case "submit":
            var fields = Self.fields(body)
            fields["form"] = .string(parts[2])
            visits.withLock { $0[parts[0]]?.states.append(.object(fields), to: PageStates.submitted) }
            let thanks = "<!doctype html><title>Thank you</title><h1>Thank you</h1><p>We have received your form.</p>"
            return answer(Data(thanks.utf8), "text/html; charset=utf-8")
        default: throw HTTPError(.notFound)
        }
    }

    /// The fields of a URL-encoded form. Several of one name are joined by commas.
    private static func fields(_ body: [UInt8]) -> [String: JSONValue] {
        var fields: [String: JSONValue] = [:]
        for pair in String(decoding: body, as: UTF8.self).split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            func text(_ part: Substring) -> String {
                String(part).replacing("+", with: " ").removingPercentEncoding ?? String(part)
            }
            guard let name = parts.first.map(text) else { continue }
            let value = parts.count > 1 ? text(parts[1]).replacing("\r\n", with: "\n") : ""
            fields[name] = .string(fields[name]?.string.map { "\($0),\(value)" } ?? value)
        }
        return fields
    }

    private func answer(_ body: Data, _ type: String) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: type, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }
}
