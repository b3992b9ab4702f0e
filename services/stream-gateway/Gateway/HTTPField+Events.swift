//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes

extension HTTPField.Name {
    // Our own constants are valid tokens; the fallback is never used.
    static let lastEventID = HTTPField.Name("Last-Event-ID") ?? .eTag
    static let xAccelBuffering = HTTPField.Name("X-Accel-Buffering") ?? .cacheControl
}
