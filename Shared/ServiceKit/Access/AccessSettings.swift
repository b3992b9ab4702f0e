//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Access
package import ProgramSettings

/// The settings of authentication, which both services have and which must be the same for both.
package struct AccessSettings: SettingCatalogue {
    package let secret = Self.keys(
        "AUTH_JWT_SECRET",
        "The secret by which tokens are signed (HS256). With it, clients need a token; prefer the file.",
        allowed: "a text of at least 32 bytes"
    ) { .secret(Array($0.utf8)) }
    .with {
        $0.isSecret = true
        $0.compose = .omitted(because: "a container's environment can be inspected; `AUTH_JWT_SECRET_FILE` is a file")
    }

    package let secretFile = Self.keys(
        "AUTH_JWT_SECRET_FILE",
        "A file of secrets by which tokens are signed (HS256), one a line: all verify, the first one signs. It is read "
            + "again when it changes.",
        allowed: "a file with lines of at least 32 bytes"
    ) { .secretFile($0) }

    package let keySetFile = Self.keys(
        "AUTH_JWKS_FILE",
        "A file with the keys by which tokens are signed, a JSON Web Key Set (RS, PS, ES, EdDSA). It is read again when "
            + "it changes.",
        allowed: "a file with a JSON Web Key Set"
    ) { .keySetFile($0) }

    package let issuer = Setting.text("AUTH_ISSUER", "What tokens must have as `iss`; any where it is not set.")

    package let audience = Setting.text("AUTH_AUDIENCE", "What tokens must name in `aud`; any where it is not set.")

    package init() {}

    private static func keys(
        _ variable: String,
        _ help: String,
        allowed: String,
        source: @escaping @Sendable (String) -> KeySource
    ) -> Setting<KeySource?> {
        Setting(
            variable,
            help,
            allowed: allowed,
            default: nil,
            shownAs: .none,
            show: { source in
                switch source {
                case .secretFile(let path), .keySetFile(let path): path
                default: ""
                }
            },
            parse: { text throws(SettingFault) in
                let source = source(text)
                do {
                    _ = try source.keys()
                } catch {
                    throw .mustBe("\(allowed); it \(error)")
                }
                return source
            }
        )
    }
}
