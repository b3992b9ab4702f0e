//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

@Suite("The page in Firefox")
struct FirefoxTests {
    @Test("Its modules and its worker run, so that the run is watched")
    func watches() async throws {
        try await PageScene.withGatewayAlone { scene in
            try await scene.add("line 1", seq: 1)
            try await WebBrowser.show(scene.url("/runs/r1"), in: .firefox) {
                // Only the worker opens the stream, and the gateway subscribes only for a viewer.
                try await eventually(timeout: .seconds(120), "the page to watch the run") {
                    try await scene.redis.cli("PUBSUB", "NUMSUB", "browser_use_logs:r1").hasSuffix("\n1")
                }
            }
            try await eventually(timeout: .seconds(60), "the page to have gone") {
                try await scene.redis.cli("PUBSUB", "NUMSUB", "browser_use_logs:r1").hasSuffix("\n0")
            }
        }
    }
}
