//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// More viewers than the gateway is set to serve.
public struct ViewerLimitReached: Error, Equatable {
    /// `MAX_VIEWERS`.
    public var limit: Int
}
