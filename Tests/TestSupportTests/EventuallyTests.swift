//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

@Suite("Waiting for a condition")
struct EventuallyTests {
    @Test("It returns as soon as the condition holds")
    func holds() async throws {
        var looks = 0
        try await eventually("the third look") {
            looks += 1
            return looks == 3
        }
        #expect(looks == 3)
    }

    @Test("It fails with the condition's description and the last error")
    func fails() async throws {
        let failure = await #expect(throws: TestFailure.self) {
            try await eventually(timeout: .milliseconds(20), "the moon to fall") { throw TestFailure("no moon") }
        }
        #expect(failure?.description.contains("waiting for the moon to fall; the last error was: no moon") == true)
    }
}
