//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// PostgreSQL's programs, as Debian installs them: beside one another, and not on `PATH`.
enum PostgresPrograms {
    /// - Throws: A ``TestFailure`` that names the Debian package if there is none.
    static func path(_ name: String) throws -> String {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        for version in versions.sorted(by: { Int($0) ?? 0 > Int($1) ?? 0 }) {
            let path = "/usr/lib/postgresql/\(version)/bin/\(name)"
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        guard let path = Executable.find([name]) else {
            throw TestFailure("PostgreSQL's \(name) is not installed: install the Debian package postgresql")
        }
        return path
    }

    /// Who runs the server, which refuses to be run by root; `nil` for whoever runs the tests.
    static func user() throws -> (id: uid_t, group: gid_t)? {
        guard geteuid() == 0 else { return nil }
        for name in ["postgres", "nobody"] {
            if let entry = getpwnam(name) { return (entry.pointee.pw_uid, entry.pointee.pw_gid) }
        }
        throw TestFailure("PostgreSQL refuses to be run by root, and there is no user postgres or nobody")
    }

    /// A program and its arguments, to be run by that user.
    static func command(_ name: String, _ arguments: [String]) throws -> (program: String, arguments: [String]) {
        let path = try path(name)
        guard let user = try user() else { return (path, arguments) }
        let change = ["--reuid=\(user.id)", "--regid=\(user.group)", "--clear-groups", "--", path]
        return (try Executable.path("setpriv"), change + arguments)
    }
}
