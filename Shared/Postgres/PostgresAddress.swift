//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import CLibpq

/// Where a PostgreSQL database is, and how it is reached: a URL of libpq,
/// `postgres://[user[:password]@]host[:port]/database[?sslmode=verify-full&sslrootcert=/path]`.
///
/// What the URL leaves out is taken from where libpq takes it: `PGPASSWORD`, a password file, and the like.
package struct PostgresAddress: Hashable, Sendable, CustomStringConvertible {
    /// The URL, password and all. It is never shown.
    let url: String

    /// The words of the URL that must never be shown.
    private let secrets: [String]

    /// Whether the URL has a password.
    package let hasPassword: Bool

    /// A password that is used instead of the URL's.
    package var password: String?

    /// Server and database, for people.
    package let description: String

    /// How long a connection may take, in seconds: `connect_timeout`.
    let patience: Int?

    /// - Returns: `nil` for what libpq does not understand.
    package init?(_ url: String) {
        let scheme = url.lowercased().prefix { $0 != ":" }
        guard ["postgres", "postgresql"].contains(scheme), url.dropFirst(scheme.count).hasPrefix("://"),
            !url.contains("\0")
        else { return nil }
        // libpq knows the scheme in lower case alone.
        let url = String(scheme + url.dropFirst(scheme.count))
        guard let options = Self.options(of: url) else { return nil }
        self.url = url
        hasPassword = options["password"] != nil
        secrets = ["password", "sslpassword"].compactMap { options[$0] }.filter { !$0.isEmpty }
        patience = options["connect_timeout"].flatMap { Int($0) }
        let database = options["dbname"] ?? options["user"] ?? "of the user's name"
        description = "PostgreSQL at \(Self.servers(options)), database \(database)"
    }

    /// The servers with their ports, as far as they are given.
    private static func servers(_ options: [String: String]) -> String {
        func list(_ name: String) -> [Substring] {
            (options[name] ?? "").split(separator: ",", omittingEmptySubsequences: false)
        }
        let hosts = options["host"] == nil ? list("hostaddr") : list("host")
        if hosts.allSatisfy(\.isEmpty) { return "the local socket" }
        let ports = list("port")
        return hosts.enumerated().map { index, host in
            let port = ports.count == 1 ? ports[0] : ports.indices.contains(index) ? ports[index] : ""
            return port.isEmpty ? String(host) : host.hasPrefix("/") ? "\(host) (port \(port))" : "\(host):\(port)"
        }.joined(separator: ", ")
    }

    /// What the URL says, by libpq's names; `nil` for a URL that it does not understand.
    private static func options(of url: String) -> [String: String]? {
        guard let list = PQconninfoParse(url, nil) else { return nil }
        defer { PQconninfoFree(list) }
        var options: [String: String] = [:]
        var next = list
        while let keyword = next.pointee.keyword {
            if let value = next.pointee.val { options[String(cString: keyword)] = String(cString: value) }
            next += 1
        }
        return options
    }

    /// A text in one line, without the words that must not be shown.
    func redacted(_ text: String) -> String {
        var line = text.split(whereSeparator: \.isNewline).map { $0.drop { $0 == " " || $0 == "\t" } }
            .joined(separator: "; ")
        for secret in secrets + [password ?? ""] where !secret.isEmpty && line.contains(secret) {
            line = line.replacing(secret, with: "***")
        }
        return line
    }
}
