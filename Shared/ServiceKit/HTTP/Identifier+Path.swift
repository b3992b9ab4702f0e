//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import Hummingbird

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension Identifier {
    /// An identifier from the request's path.
    ///
    /// - Throws: `Problem` 422 that says what is wrong with it.
    package init(path context: some RequestContext, _ name: String) throws {
        let encoded = context.parameters.get(name) ?? ""
        // With a slash before it, so that the colon of `a:b` does not end a scheme. What cannot be decoded has a percent
        // sign left, which no identifier may have.
        let decoded = (URLComponents(string: "/\(encoded)")?.path).map { String($0.dropFirst()) }
        do {
            try self.init(decoded ?? encoded)
        } catch {
            throw Problem(
                .unprocessableContent,
                "The path has no valid \(name).",
                errors: [.init(field: name, message: "\(error)")]
            )
        }
    }
}
