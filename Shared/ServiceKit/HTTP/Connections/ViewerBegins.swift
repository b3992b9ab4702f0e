//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Sent down a connection when its response becomes a viewer's stream, which other limits count.
package struct ViewerBegins: Sendable {
    package init() {}
}
