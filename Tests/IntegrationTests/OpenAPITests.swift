//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream
import JSON
import ServiceTesting
import TestSupport
import Testing

@Suite("The description of the routes")
struct OpenAPITests {
    /// The described paths with their methods.
    private func paths(_ url: String, _ client: HTTPClient) async throws -> [String: Set<String>] {
        let answer = try await client.request(.init(url))
        #expect(answer.status == 200)
        let document = try JSONValue(parsing: answer.body)
        #expect(document["openapi"]?.string == "3.1.0")
        let paths = try #require(document["paths"]?.object)
        return paths.mapValues { Set($0.object.map { $0.keys.map { $0.uppercased() } } ?? []) }
    }

    @Test("Has exactly the routes and methods that the services have")
    func routes() async throws {
        try await withRedisServer { redis in
            try await withGateway(redisURL: redis.url) { gateway in
                try await withAgentAPI(redisURL: redis.url) { api in
                    for (service, base) in [("gateway", gateway.url("")), ("agent-api", api.url(""))] {
                        let paths = try await self.paths(base + "/openapi.json", gateway.client)
                        #expect(paths.count > 8)
                        for (path, methods) in paths {
                            let url = base + path.replacing("{step}", with: "1").replacing(/{[a-z_]+}/, with: "x")
                            let answer = try await gateway.client.request(.init(url, method: "OPTIONS"))
                            #expect(answer.status == 204, "\(service) \(path)")
                            let allowed = Set(answer.headers["Allow"]?.split(separator: ", ").map(String.init) ?? [])
                            #expect(allowed == methods.union(["OPTIONS"]), "\(service) \(path)")
                        }
                    }
                }
            }
        }
    }
}
