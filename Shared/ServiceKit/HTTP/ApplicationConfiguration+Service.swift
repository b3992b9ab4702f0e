//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Hummingbird

extension ApplicationConfiguration {
    /// The address and backlog of both services.
    package init(_ service: ServiceConfiguration) {
        // With the usual backlog of 256, accepting five thousand viewers that reconnect at once takes 13 s; with 4,096,
        // about one.
        self.init(address: .hostname(service.host, port: service.port), backlog: 4096)
    }
}
