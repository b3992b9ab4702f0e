//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How to reach a model.
package struct ModelConfiguration: Sendable, Hashable {
    /// The protocols that are spoken.
    package enum Provider: String, Sendable, CaseIterable {
        /// Chat completions, as OpenAI and many others offer them.
        case openAI
        /// Anthropic's messages.
        case anthropic

        /// The address where nothing else is said.
        package var defaultBaseURL: String {
            switch self {
            case .openAI: "https://api.openai.com/v1"
            case .anthropic: "https://api.anthropic.com"
            }
        }

        /// The model where nothing else is said.
        package var defaultModel: String {
            switch self {
            case .openAI: "gpt-4.1"
            case .anthropic: "claude-sonnet-4-5"
            }
        }
    }

    /// The protocol.
    package var provider: Provider
    /// The key; servers of one's own often want none.
    package var apiKey: HiddenText?
    /// An absolute `http` or `https` URL without a slash at the end.
    package var baseURL: String
    /// The model's name as the server knows it.
    package var model: String
    /// How long one attempt may take.
    package var timeout: Duration
    /// When to try again.
    package var retries: RetryPolicy

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

/// The models that are set up: `OPENAI_API_KEY`, `OPENAI_BASE_URL`, `OPENAI_MODEL`, and the same for `ANTHROPIC`
/// (protocol, section 5).
package struct ModelSettings: Sendable, Hashable {
    /// Chat completions, if there is a key or an address for them.
    package var openAI: ModelConfiguration?
    /// Anthropic's messages, likewise.
    package var anthropic: ModelConfiguration?

    /// The one to use: OpenAI's where both are set up.
    package var preferred: ModelConfiguration? { openAI ?? anthropic }

    /// Reads the settings.
    ///
    /// - Parameter value: gives a variable's value, `nil` or nothing where it is not set.
    /// - Throws: ``InvalidModelSetting`` for the first that is not allowed.
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
        // A header field cannot hold more, and a key that was pasted with its line's end is a mistake to point at.
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
                // What is wrong may be that a password stands in it.
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
                allowed: "the name of a model of \(prefix)_BASE_URL, as there is no \(prefix)_API_KEY"
            )
        }
        return ModelConfiguration(provider, apiKey: key.map(HiddenText.init), baseURL: url, model: model)
    }
}

/// A setting of a model that is not allowed.
package struct InvalidModelSetting: Error, Sendable, Hashable, CustomStringConvertible {
    package var variable: String
    /// Its value; `nil` where that is not to be shown.
    package var value: String?
    /// What it may be.
    package var allowed: String

    /// All of it in one line.
    package var description: String {
        "\(variable)\(value.map { "=\($0)" } ?? ""): must be \(allowed)"
    }
}
