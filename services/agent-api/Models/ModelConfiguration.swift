//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How to connect to a model.
package struct ModelConfiguration: Sendable, Hashable {
    /// The supported protocols.
    package enum Provider: String, Sendable, CaseIterable {
        /// Chat completions, as OpenAI and many others offer them.
        case openAI
        /// Anthropic's messages API.
        case anthropic

        /// The default address.
        package var defaultBaseURL: String {
            switch self {
            case .openAI: "https://api.openai.com/v1"
            case .anthropic: "https://api.anthropic.com"
            }
        }

        /// The default model.
        package var defaultModel: String {
            switch self {
            case .openAI: "gpt-4.1"
            case .anthropic: "claude-sonnet-4-5"
            }
        }
    }

    /// The protocol.
    package var provider: Provider
    /// The key. Self-hosted servers often need none.
    package var apiKey: HiddenText?
    /// An absolute `http` or `https` URL without a trailing slash.
    package var baseURL: String
    /// The name of the model on the server.
    package var model: String
    /// The time limit for one attempt.
    package var timeout: Duration
    /// When to retry.
    package var retries: RetryPolicy
    /// How many tokens a request and its answer may have together; `nil` to learn it from the server.
    package var contextLength: Int?

    package init(
        _ provider: Provider,
        apiKey: HiddenText?,
        baseURL: String? = nil,
        model: String? = nil,
        timeout: Duration = .seconds(120),
        retries: RetryPolicy = RetryPolicy()
    ) {
        self.provider = provider
        self.apiKey = apiKey
        var url = baseURL ?? provider.defaultBaseURL
        while url.hasSuffix("/") { url.removeLast() }
        self.baseURL = url
        self.model = model ?? provider.defaultModel
        self.timeout = timeout
        self.retries = retries
    }

    package func makeClient(over connections: ModelConnections) -> any ModelClient {
        switch provider {
        case .openAI: OpenAIClient(self, over: connections)
        case .anthropic: AnthropicClient(self, over: connections)
        }
    }
}

/// The configured models: `OPENAI_API_KEY`, `OPENAI_BASE_URL`, `OPENAI_MODEL`, and the same for `ANTHROPIC` (protocol,
/// section 5).
package struct ModelSettings: Sendable, Hashable {
    /// The chat completions model, if it has a key or an address.
    package var openAI: ModelConfiguration?
    /// Anthropic's model, likewise.
    package var anthropic: ModelConfiguration?

    /// The model to use: OpenAI's if both are configured.
    package var preferred: ModelConfiguration? { openAI ?? anthropic }

    /// Reads the settings.
    ///
    /// - Parameter value: Returns a variable's value, `nil` or empty if it is not set.
    /// - Throws: ``InvalidModelSetting`` for the first value that is not allowed.
    package init(_ value: (_ variable: String) -> String?) throws(InvalidModelSetting) {
        openAI = try Self.configuration(.openAI, "OPENAI", value)
        anthropic = try Self.configuration(.anthropic, "ANTHROPIC", value)
    }

    private static func configuration(
        _ provider: ModelConfiguration.Provider,
        _ prefix: String,
        _ value: (String) -> String?
    ) throws(InvalidModelSetting) -> ModelConfiguration? {
        func text(_ name: String) -> String? {
            value("\(prefix)_\(name)").flatMap { $0.allSatisfy(\.isWhitespace) ? nil : $0 }
        }
        let key = text("API_KEY")
        let url = text("BASE_URL")
        let model = text("MODEL")
        // A header cannot hold other characters, and a key pasted with its line break is a mistake to point out.
        if let key, !key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
            throw InvalidModelSetting(
                variable: "\(prefix)_API_KEY",
                value: nil,
                allowed: "a key of visible ASCII characters without spaces"
            )
        }
        if let url {
            let rest = ["http://", "https://"].first { url.lowercased().hasPrefix($0) }.map { url.dropFirst($0.count) }
            let isURL = rest.map { !$0.isEmpty && !$0.hasPrefix("/") && !$0.contains(where: \.isWhitespace) } ?? false
            guard isURL, !url.contains("@"), !url.contains("?"), !url.contains("#") else {
                // The value is hidden because it may contain a password.
                throw InvalidModelSetting(
                    variable: "\(prefix)_BASE_URL",
                    value: url.contains("@") ? nil : url,
                    allowed: "an http or https URL such as \(provider.defaultBaseURL), without user, query or fragment"
                )
            }
        }
        guard key != nil || url != nil else { return nil }
        if key == nil, model == nil {
            throw InvalidModelSetting(
                variable: "\(prefix)_MODEL",
                value: "",
                allowed: "the name of a model at \(prefix)_BASE_URL, since \(prefix)_API_KEY is not set"
            )
        }
        return ModelConfiguration(provider, apiKey: key.map(HiddenText.init), baseURL: url, model: model)
    }
}

/// A model setting whose value is not allowed.
package struct InvalidModelSetting: Error, Sendable, Hashable, CustomStringConvertible {
    package var variable: String
    /// Its value; `nil` if it must not be shown.
    package var value: String?
    /// What is allowed.
    package var allowed: String

    /// The whole message in one line.
    package var description: String {
        "\(variable)\(value.map { "=\($0)" } ?? ""): must be \(allowed)"
    }
}
