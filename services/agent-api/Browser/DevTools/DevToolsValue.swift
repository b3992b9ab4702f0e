//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

// Pages answer with JSON values: who imports the browser has them too.
@_exported public import JSON

/// A value of the DevTools protocol, which is any JSON value.
package typealias DevToolsValue = JSONValue
