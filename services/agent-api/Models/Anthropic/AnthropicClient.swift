//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A model with Anthropic's messages API. It answers by calling a tool.
package struct AnthropicClient: ModelClient {
    private let configuration: ModelConfiguration
    private let transport: ModelTransport

    /// Creates a client without connecting.
    package init(_ configuration: ModelConfiguration, over connections: ModelConnections) {
        self.configuration = configuration
        var headers = [(name: "anthropic-version", value: HiddenText("2023-06-01"))]
        if let key = configuration.apiKey { headers.append((name: "x-api-key", value: key)) }
        transport = ModelTransport(configuration, over: connections, headers: headers)
    }

    package var name: String { configuration.model }

    package func contextLength() -> Int? { configuration.contextLength }

    package func answer(_ request: ModelRequest) async throws -> ModelAnswer {
        // Users write the address with or without the version.
        let path = configuration.baseURL.hasSuffix("/v1") ? "/messages" : "/v1/messages"
        let body = AnthropicWire.body(request, model: configuration.model)
        return try await transport.post(path, body, read: AnthropicWire.answer)
    }
}
