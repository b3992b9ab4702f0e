//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A model behind Anthropic's messages API. Its answer is the input of a tool that it must use.
package struct AnthropicClient: ModelClient {
    private let configuration: ModelConfiguration
    private let transport: ModelTransport

    /// Makes a client. Nothing is sent yet.
    package init(_ configuration: ModelConfiguration, over connections: ModelConnections) {
        self.configuration = configuration
        var headers = [(name: "anthropic-version", value: HiddenText("2023-06-01"))]
        if let key = configuration.apiKey { headers.append((name: "x-api-key", value: key)) }
        transport = ModelTransport(configuration, over: connections, headers: headers)
    }

    /// The model's name.
    package var name: String { configuration.model }

    /// Asks the model, see ``ModelClient/answer(_:)``.
    package func answer(_ request: ModelRequest) async throws -> ModelAnswer {
        // People write the address with and without the version.
        let path = configuration.baseURL.hasSuffix("/v1") ? "/messages" : "/v1/messages"
        let body = AnthropicWire.body(request, model: configuration.model)
        return try await transport.post(path, body, read: AnthropicWire.answer)
    }
}
