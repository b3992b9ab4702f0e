//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import Testing

@testable import TestSupport

@Suite("The PostgreSQL of a test")
struct PostgresServerTests {
    @Test("Keeps its data when it is killed and started again, and leaves nothing behind when the test is killed")
    func lifetime() async throws {
        let server = try await PostgresServer.started()
        let database = try await server.createDatabase()
        try await server.psql("CREATE TABLE item AS SELECT 1 AS n", in: database)
        try await server.kill()
        await #expect(throws: TestFailure.self) { try await server.psql("SELECT 1") }
        try await server.start()
        #expect(try await server.psql("SELECT n FROM item", in: database) == "1")
        let pids = try await server.psql("SELECT pid FROM pg_stat_activity").split(separator: "\n").compactMap {
            pid_t($0)
        }
        #expect(pids.count > 2)
        server.loseParent()
        try await eventually("its processes to end") { pids.allSatisfy { !isAlive($0) } }
        try await eventually("its directory to be gone") {
            !FileManager.default.fileExists(atPath: server.directory.path)
        }
    }
}
