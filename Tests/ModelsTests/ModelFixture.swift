//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import Models
import TestSupport

/// Sends the requests of the tests to a model's server.
enum ModelFixture {
    private static let connections = ModelConnections()

    static let key = "sk-very-secret-key-0123456789"

    static let request = ModelRequest(
        instructions: "Be brief.",
        messages: [ModelMessage(.user, "What is on the page?")],
        schema: [
            "type": "object", "additionalProperties": false, "required": ["text"],
            "properties": ["text": ["type": "string"]],
        ]
    )

    /// A client with short time limits.
    static func client(
        _ provider: ModelConfiguration.Provider,
        at url: String,
        timeout: Duration = .seconds(60),
        attempts: Int = 4,
        longestPause: Duration = .seconds(2)
    ) -> any ModelClient {
        ModelConfiguration(
            provider,
            apiKey: HiddenText(key),
            baseURL: url,
            model: "test-model",
            timeout: timeout,
            retries: RetryPolicy(attempts: attempts, firstPause: .milliseconds(1), longestPause: longestPause)
        )
        .makeClient(over: connections)
    }
}
