//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Hummingbird

extension ApplicationConfiguration {
    /// Where and how both services listen.
    package init(_ service: ServiceConfiguration) {
        // With the usual backlog of 256, five thousand viewers that come back at once take 13 s to be let in; with 4,096
        // about one.
        self.init(address: .hostname(service.host, port: service.port), backlog: 4096)
    }
}
