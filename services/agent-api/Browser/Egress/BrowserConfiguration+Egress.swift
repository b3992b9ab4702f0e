//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension BrowserConfiguration {
    /// Why restrictions of the network cannot be kept to with this configuration, in words that name the setting; `nil`
    /// when they can.
    ///
    /// What a browser elsewhere connects to is not for us to see, and a proxy that is the only way out does not tell which
    /// addresses it connects to.
    ///
    /// - Parameter environment: the variables that the browser gets.
    package func gateObstacle(environment: [String: String]) -> String? {
        if let cdpURL, !cdpURL.isEmpty { return "the browser of BROWSER_CDP_URL connects by itself" }
        let switches = [
            "--proxy-server", "--proxy-pac-url", "--proxy-auto-detect", "--proxy-bypass-list", "--no-proxy-server",
        ]
        for argument in extraArguments {
            let name = argument.prefix { $0 != "=" }
            if switches.contains(String(name)) { return "BROWSER_ARGS has \(name)" }
        }
        let variables: Set<String> = ["http_proxy", "https_proxy", "all_proxy", "auto_proxy", "socks_server"]
        let set = environment.filter { variables.contains($0.key.lowercased()) && !$0.value.isEmpty }.keys.sorted()
        return set.first.map { "the environment has \($0)" }
    }
}
