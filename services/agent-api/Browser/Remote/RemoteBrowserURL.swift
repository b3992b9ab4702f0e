//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials

/// Where a browser runs that somebody else has started with `--remote-debugging-port`.
///
/// Either its DevTools socket (`ws://host:port/devtools/browser/…`, `wss://…`), or its address (`http://host:port`), which
/// is asked for the socket by `/json/version`.
package struct RemoteBrowserURL: Sendable, Hashable, CustomStringConvertible {
    /// Whether it is spoken to over TLS.
    let isSecure: Bool
    /// Whether the path is that of the socket.
    let isSocket: Bool
    let host: String
    let port: Int
    /// The path with its query.
    let path: String
    /// The value of the header `Authorization`, where the URL has a user.
    let authorization: String?

    /// Parses an address.
    ///
    /// - Throws: ``BrowserError`` (`invalidAddress`), without the address: a token may stand in it.
    package init(_ text: String) throws(BrowserError) {
        guard let components = URLComponents(string: text), let scheme = components.scheme?.lowercased(),
            ["ws", "wss", "http", "https"].contains(scheme), let host = components.host, !host.isEmpty
        else {
            throw BrowserError(.invalidAddress, "expected ws://host:port/…, wss://…, http://host:port or https://…")
        }
        guard components.port.map({ (1...65535).contains($0) }) ?? true else {
            throw BrowserError(.invalidAddress, "the port is not in 1...65535")
        }
        isSecure = scheme == "wss" || scheme == "https"
        isSocket = scheme.hasPrefix("ws")
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.port = components.port ?? (isSecure ? 443 : 80)
        let path = components.percentEncodedPath.isEmpty ? "/" : components.percentEncodedPath
        self.path = components.percentEncodedQuery.map { "\(path)?\($0)" } ?? path
        authorization = components.user.map { user in
            "Basic \(Data("\(user):\(components.password ?? "")".utf8).base64EncodedString())"
        }
    }

    private init(_ other: RemoteBrowserURL, socketPath: String) {
        isSecure = other.isSecure
        isSocket = true
        host = other.host
        port = other.port
        path = socketPath
        authorization = other.authorization
    }

    /// The same browser by its socket. Only the path is taken from what the browser says: it does not know by which name
    /// and port it is reached.
    func socket(_ answer: RemoteBrowserURL) -> RemoteBrowserURL { RemoteBrowserURL(self, socketPath: answer.path) }

    /// The value of the header `Host`.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// Where it is, without what may be secret.
    package var description: String {
        "\(isSocket ? "ws" : "http")\(isSecure ? "s" : "")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}
