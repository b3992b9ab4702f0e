//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Access
package import Logging
import ProgramSettings

/// How clients are authenticated, where they are (protocol, section 6).
package struct AccessConfiguration: Sendable, Hashable {
    /// `AUTH_JWT_SECRET`, `AUTH_JWT_SECRET_FILE` or `AUTH_JWKS_FILE`: where the keys are.
    package var keys: KeySource

    /// `AUTH_ISSUER`: what tokens must have as `iss`.
    package var issuer: String?

    /// `AUTH_AUDIENCE`: what tokens must have in `aud`.
    package var audience: String?

    /// Reads and checks the settings; `nil` where none of the keys is set.
    ///
    /// - Throws: ``InvalidSetting`` for the first whose value is not allowed.
    static func read(_ settings: inout Settings, _ declared: AccessSettings) throws(InvalidSetting) -> Self? {
        let sources = [
            try settings.read(declared.secret), try settings.read(declared.secretFile),
            try settings.read(declared.keySetFile),
        ]
        .compactMap(\.self)
        let issuer = try settings.read(declared.issuer)
        let audience = try settings.read(declared.audience)
        guard let keys = sources.first else { return nil }
        guard sources.count == 1 else {
            throw InvalidSetting(
                variable: "AUTH_JWKS_FILE",
                reason: "only one of AUTH_JWT_SECRET, AUTH_JWT_SECRET_FILE and AUTH_JWKS_FILE may be set"
            )
        }
        return AccessConfiguration(keys: keys, issuer: issuer, audience: audience)
    }

    /// What verifies the tokens.
    package func verifier(logger: Logger) -> TokenVerifier {
        TokenVerifier(keys, issuer: issuer, audience: audience, logger: logger)
    }
}
