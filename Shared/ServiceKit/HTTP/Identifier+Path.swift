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
    /// Reads an identifier from the request's path.
    ///
    /// - Throws: `Problem` 422 that says what is wrong with it.
    package init(path context: some RequestContext, _ name: String) throws {
        let encoded = context.parameters.get(name) ?? ""
        // The leading slash keeps the colon of `a:b` from ending a scheme. Text that cannot be decoded still contains a
        // percent sign, which an identifier cannot have.
        let decoded = (URLComponents(string: "/\(encoded)")?.path).map { String($0.dropFirst()) }
        do {
            try self.init(decoded ?? encoded)
        } catch {
            throw Problem(
                .unprocessableContent,
                "The path does not have a valid \(name).",
                errors: [.init(field: name, message: "\(error)")]
            )
        }
    }
}
