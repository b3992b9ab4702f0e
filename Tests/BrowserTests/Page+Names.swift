//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

@testable import Browser

/// Elements by their names, as soon as the page lists them: what tests say in place of references.
extension Page {
    /// The element of that name.
    ///
    /// - Parameter position: Which one of several, from 0.
    func named(_ name: String, role: String? = nil, at position: Int = 0) async throws -> ElementReference {
        try await eventually("the page to list an element \"\(name)\"") {
            let found = try await snapshot().elements.filter {
                $0.name == name && (role == nil || $0.role == role)
            }
            return found.indices.contains(position) ? found[position].reference : nil
        }
    }

    @discardableResult
    func click(_ name: String, at position: Int = 0, timeout: Duration = .seconds(10)) async throws -> String {
        try await self.click(named(name, at: position), timeout: timeout)
    }

    @discardableResult
    func fill(_ name: String, role: String? = nil, with text: String) async throws -> FilledField {
        try await self.fill(named(name, role: role), with: text)
    }
}
